// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_COOKIE_JAR_HPP
#define UPLOADPROTO_SESSION_COOKIE_JAR_HPP

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <vector>

namespace uploadproto::session {

/** The cookies that one server set on one path, to be sent back to it (RFC 6265, as far as that needs).

    Only for requests to where the cookies came from: their domain and path are not looked at. Bounded: a
    cookie above `max_size` bytes is not taken, nor is one beyond `max_count`. */
class cookie_jar {
 public:
  using time_point = std::chrono::system_clock::time_point;
  static constexpr std::size_t max_count = 50;
  static constexpr std::size_t max_size = 4096;

  /** Takes the value of one `Set-Cookie` field. `Max-Age` goes before `Expires`; a time that has come deletes
      the cookie. What cannot be read is left out (RFC 6265 5.2). */
  void set(std::string_view field, time_point now);

  /** The value of the `Cookie` field, in the order in which the cookies were first set; empty without any. */
  [[nodiscard]] std::string header(time_point now);

 private:
  struct cookie {
    std::string name, value;
    std::optional<time_point> expires;
  };

  std::vector<cookie> cookies_;
};

/** The time that a cookie's `Expires` names, in whatever common form (RFC 6265 5.1.1). */
[[nodiscard]] UPLOADPROTO_DECL std::optional<cookie_jar::time_point> parse_cookie_date(std::string_view text);

}  // namespace uploadproto::session

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/session/impl/cookie_jar.ipp>
#endif

#endif
