// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_REGISTER_REGISTER_REPLY_HPP
#define UPLOADPROTO_REFERENCE_REGISTER_REGISTER_REPLY_HPP

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "register/register_lookup.hpp"

namespace uploadproto::reference {

/** An HTTP answer of the register. */
struct register_reply {
  unsigned status = 0;
  std::string body;
  std::string retry_after;  ///< the header as it came; empty without one
};

/** What to do after an answer. */
struct reply_verdict {
  enum class what : unsigned char {
    answered,      ///< `answer` is definite
    try_again,     ///< the register has trouble; it may pass
    unauthorised,  ///< the token is not (or no longer) accepted
    slow_down,     ///< too many look-ups: none before `pause` is over
    give_up,       ///< asking again would change nothing
  };
  what next = what::give_up;
  register_answer answer{};
  std::string reason{};  ///< a sentence, where there is no answer
  std::chrono::seconds pause{0};
};

/** Reads the answer to `GET /api/Voters/IDNumber/{id}` (BU-P3): 200 with `bRegistered`, `VoterStatus` and
    `VotingStation.Delimitation.{WardID,VDNumber}` (text or number, null or absent), 404 for not registered.
   Total: any bytes give a verdict. @param now for a `Retry-After` that is a date */
reply_verdict judge_lookup(register_reply const& reply, std::chrono::sys_seconds now);

struct register_token {
  std::string text;
  std::chrono::seconds lifetime{0};
};

/** Reads the answer to `POST /token`: `access_token` of visible ASCII and `expires_in` (an hour if it says
   nothing).
    @return nothing unless there is a token; whether to try again is `worth_retrying` */
std::optional<register_token> read_token(register_reply const& reply);

/** 408, 429 and 5xx: the trouble may pass. */
bool worth_retrying(unsigned status);

/** Seconds, or a date of the form `Sun, 06 Nov 1994 08:49:37 GMT`; at most a day. Empty for anything else. */
std::optional<std::chrono::seconds> read_retry_after(std::string_view text, std::chrono::sys_seconds now);

}  // namespace uploadproto::reference

#endif
