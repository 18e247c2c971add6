// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_REGISTER_REGISTER_SERVICE_HPP
#define UPLOADPROTO_REFERENCE_REGISTER_REGISTER_SERVICE_HPP

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "register/voters_roll.hpp"

namespace uploadproto::reference {

/** Serves a voters' roll by the interface of the Electoral Commission's API (BU-P3), so that the HTTP look-up
   can be tried and tested without it: `POST /token` and `GET /api/Voters/IDNumber/{id}`.

    A plain function from a request to an answer: whoever calls it does the HTTP. Thread-safe; no call blocks.
 */
class register_service {
 public:
  struct credentials {
    std::string user;  ///< empty: any user and password are right
    std::string password;
  };

  register_service(std::shared_ptr<voters_roll const> roll, credentials expected,
                   std::chrono::seconds token_lifetime = std::chrono::hours(1));

  struct answer {
    unsigned status = 200;
    std::string body;   ///< JSON
    std::string allow;  ///< of a 405: the value of `Allow`
  };

  /** @param method as it came, `GET`, `POST`, … @param target path with query, as it came
      @param authorization value of the header, empty without one @param body of the request, at most 4 KiB
     are read
      @param now for the tokens' lifetime */
  answer handle(std::string_view method, std::string_view target, std::string_view authorization,
                std::string_view body,
                std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now());

 private:
  using time_point = std::chrono::steady_clock::time_point;

  answer issue_token(std::string_view form, time_point now);
  answer look_up(std::string_view id) const;
  bool admits(std::string_view authorization, time_point now);

  std::shared_ptr<voters_roll const> roll_;
  credentials expected_;
  std::chrono::seconds lifetime_;
  std::mutex mutex_;
  std::deque<std::pair<std::string, time_point>> tokens_;  ///< with their ends, oldest first
};

}  // namespace uploadproto::reference

#endif
