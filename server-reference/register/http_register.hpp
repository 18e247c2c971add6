// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_REGISTER_HTTP_REGISTER_HPP
#define UPLOADPROTO_REFERENCE_REGISTER_HTTP_REGISTER_HPP

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "register/register_lookup.hpp"

namespace uploadproto::reference {

struct http_register_options {
  std::string url;  ///< `http://` or `https://`; a path in it comes before `/token` and `/api/…`
  std::string user{};
  std::string password{};
  unsigned parallelism = 8;  ///< look-ups at a time of one job, a connection each
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds request_timeout{10'000};
  unsigned retries = 3;                          ///< further tries of a look-up that failed
  std::chrono::milliseconds first_backoff{250};  ///< doubled for each further try, half of it by chance
  std::chrono::milliseconds longest_backoff{10'000};
  std::uint64_t hourly_limit = 10'000;   ///< look-ups in any hour, of all jobs together; 0 for none
  bool wait_at_limit = true;             ///< else the look-up ends with `limit_reached`
  std::chrono::seconds short_pause{30};  ///< a `Retry-After` up to this long is waited for in any case
  unsigned give_up_after = 24;  ///< look-ups that failed in a row: then the register counts as out of reach …
  std::chrono::seconds out_of_reach{60};  ///< … for this long, and ids are left unchecked without asking
  bool verify_peer = true;                ///< of https
  std::filesystem::path ca_file{};        ///< PEM; empty: the system's authorities
};

/** The Electoral Commission's register over HTTP (BU-P3).

    `POST {url}/token` with the form `grant_type=password&username=…&password=…`, again when the token runs
   out or is refused; `GET {url}/api/Voters/IDNumber/{id}` with it as bearer. 404 is an answer (not
   registered); 5xx, 408, broken connections and times that run out are tried again, with growing and jittered
   pauses, and end as `unchecked`; 429 stops all look-ups for as long as `Retry-After` says.

    Each `look_up` works in its caller's thread, on connections that are kept for the next one. Thread-safe:
   token, hourly limit and the judgement that the register is out of reach are shared.
*/
class http_register final : public register_lookup {
 public:
  /** @throws std::invalid_argument with a sentence for a bad URL, credentials that are missing, or a CA file
     that cannot be read */
  explicit http_register(http_register_options options);
  ~http_register() override;

  lookup_end look_up(std::span<id_key const> ids, std::span<register_answer> answers,
                     keep_going const& going) override;
  bool answers_are_costly() const override { return true; }
  std::size_t preferred_batch() const override;

  struct shared;  ///< what all look-ups have in common; internal

 private:
  std::unique_ptr<shared> shared_;
};

}  // namespace uploadproto::reference

#endif
