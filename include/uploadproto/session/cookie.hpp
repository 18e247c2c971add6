// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_COOKIE_HPP
#define UPLOADPROTO_SESSION_COOKIE_HPP

#include <uploadproto/config.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace uploadproto::session {

/** The cookie that holds the session id (RFC 6265), for balancers that route by it. */
struct cookie_options {
  std::string name = "io";
  std::string path = "/";
  std::string domain;  ///< empty: the host that was asked
  bool http_only = true;
  bool secure = false;
  std::string same_site = "Lax";                ///< empty: not said
  std::optional<std::chrono::seconds> max_age;  ///< empty: until the browser is closed
};

/** Whether the name is a token and no part could end the attribute or the line it stands in. */
UPLOADPROTO_DECL bool is_valid(cookie_options const& cookie) noexcept;

/** The value of a Set-Cookie header, in the reference's order of attributes. @pre `is_valid(cookie)` */
UPLOADPROTO_DECL std::string set_cookie_value(cookie_options const& cookie, std::string_view value);

/** Whether a text may stand in a header line: no control but the tab. */
UPLOADPROTO_DECL bool is_header_text(std::string_view text) noexcept;

}  // namespace uploadproto::session

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/session/impl/cookie.ipp>
#endif

#endif
