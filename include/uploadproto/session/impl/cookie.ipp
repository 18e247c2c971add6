// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_IMPL_COOKIE_IPP
#define UPLOADPROTO_SESSION_IMPL_COOKIE_IPP

#include <uploadproto/session/cookie.hpp>

#include <algorithm>

namespace uploadproto::session {
namespace detail {

inline bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

inline bool is_cookie_name_char(char c) noexcept {
  return !is_control(c) && static_cast<unsigned char>(c) < 0x7f &&
         std::string_view(" ()<>@,;:\\\"/[]?={}").find(c) == std::string_view::npos;
}

inline bool is_cookie_attribute(std::string_view text) noexcept {
  return std::none_of(text.begin(), text.end(), [](char c) { return is_control(c) || c == ';'; });
}

}  // namespace detail

UPLOADPROTO_DECL bool is_valid(cookie_options const& cookie) noexcept {
  auto const& name = cookie.name;
  return !name.empty() && std::all_of(name.begin(), name.end(), detail::is_cookie_name_char) &&
         detail::is_cookie_attribute(cookie.path) && detail::is_cookie_attribute(cookie.domain) &&
         (cookie.same_site.empty() || cookie.same_site == "Lax" || cookie.same_site == "Strict" ||
          cookie.same_site == "None");
}

UPLOADPROTO_DECL std::string set_cookie_value(cookie_options const& cookie, std::string_view value) {
  std::string text = cookie.name + '=';
  text += value;
  if (cookie.max_age) text += "; Max-Age=" + std::to_string(cookie.max_age->count());
  if (!cookie.domain.empty()) text += "; Domain=" + cookie.domain;
  if (!cookie.path.empty()) text += "; Path=" + cookie.path;
  if (cookie.http_only) text += "; HttpOnly";
  if (cookie.secure) text += "; Secure";
  if (!cookie.same_site.empty()) text += "; SameSite=" + cookie.same_site;
  return text;
}

UPLOADPROTO_DECL bool is_header_text(std::string_view text) noexcept {
  return std::none_of(text.begin(), text.end(), [](char c) { return detail::is_control(c) && c != '\t'; });
}

}  // namespace uploadproto::session

#endif
