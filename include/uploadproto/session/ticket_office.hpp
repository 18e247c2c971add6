// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_TICKET_OFFICE_HPP
#define UPLOADPROTO_SESSION_TICKET_OFFICE_HPP

#include <array>
#include <boost/system/error_category.hpp>
#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_set>
#include <uploadproto/config.hpp>
#include <uploadproto/result.hpp>
#include <uploadproto/wire/jwt.hpp>

namespace uploadproto::session {

/** Why a ticket that is signed and in time is refused all the same. */
enum class ticket_error {
  used = 1,        ///< somebody has come in with it
  issued_before,   ///< it is older than this office, which cannot know whether it was used
  too_long_lived,  ///< it would have to be remembered for longer than a ticket lives
  office_full      ///< more tickets were used lately than can be remembered
};
UPLOADPROTO_DECL error_code make_error_code(ticket_error) noexcept;

/** Issues tickets for a socket and lets each be used once (UP-A1, JW-5).

    A ticket is a JWT with `type` `websocket`. Of simultaneous uses exactly one wins. What is remembered of a
    used one is a digest of what was signed, until it has expired; nothing of it is stored: tickets issued
    before the office was opened are refused, so that a restart does not make used ones good again.

    One office serves all loops of a server: every function may be called from any thread.
*/
class ticket_office {
 public:
  using clock = std::chrono::system_clock;

  struct options {
    std::chrono::seconds lifetime{300};  ///< UP-A1
    std::size_t max_used = 1'000'000;    ///< used tickets that are remembered at a time
    /** How tickets of others are checked; `uses` is always `wire::jwt::use::ticket`. */
    wire::jwt::verifier::options verifier{};
  };

  /** @param signing signs what is issued
      @param accepted keys whose tickets are taken; it holds `signing` if its own are to be
      @param opened the present */
  ticket_office(wire::jwt::key signing, wire::jwt::key_set accepted, options opts, clock::time_point opened);
  ticket_office(wire::jwt::key signing, options opts, clock::time_point opened)
      : ticket_office(signing, wire::jwt::key_set(signing), opts, opened) {}

  /** A ticket for a user. @return the token, or `wire::error::no_private_key`, `crypto_failed` */
  result<std::string> issue(std::string_view user, clock::time_point now) const;

  /** Uses a ticket up. @return the user's id; an error of `ticket_error` or of `wire::jwt::verifier` */
  result<std::string> redeem(std::string_view ticket, clock::time_point now);

  std::chrono::seconds lifetime() const noexcept { return options_.lifetime; }

 private:
  using digest = std::array<unsigned char, 32>;
  struct digest_hash {
    std::size_t operator()(digest const&) const noexcept;
  };

  static result<digest> digest_of(std::string_view ticket);
  error_code use(digest const& ticket, clock::time_point expires, clock::time_point now);

  wire::jwt::key signing_;
  options options_;
  wire::jwt::verifier verifier_;
  clock::time_point opened_;
  std::mutex mutex_;
  std::unordered_set<digest, digest_hash> used_;
  std::multimap<clock::time_point, digest> by_expiry_;
};

}  // namespace uploadproto::session

template <>
struct boost::system::is_error_code_enum<uploadproto::session::ticket_error> : std::true_type {};

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/session/impl/ticket_office.ipp>
#endif

#endif
