// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_IMPL_RULES_IPP
#define UPLOADPROTO_CONTRACT_IMPL_RULES_IPP

#include <algorithm>
#include <uploadproto/contract/rules.hpp>
#include <uploadproto/contract/timestamp.hpp>

namespace uploadproto::contract {

namespace detail {

constexpr bool is_alphanumeric(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr bool is_hexadecimal(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

constexpr bool is_uuid(std::string_view text) noexcept {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i != text.size(); ++i) {
    bool const hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? text[i] != '-' : !is_hexadecimal(text[i])) return false;
  }
  return true;
}

inline bool is_identifier(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || c == '.' || c == '_' || c == '-';
  });
}

inline bool is_api_path(std::string_view text) noexcept {
  for (std::string_view scheme : {"http://", "https://"})
    if (text.starts_with(scheme)) text.remove_prefix(scheme.size() - 1);
  if (text.size() < 2 || text.front() != '/') return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) > ' ' && c != '\x7f'; });
}

}  // namespace detail

UPLOADPROTO_DECL std::string_view name_of(pattern p) noexcept {
  switch (p) {
    case pattern::none:
      return "any text";
    case pattern::iso8601:
      return "an ISO 8601 date and time";
    case pattern::uuid:
      return "a UUID";
    case pattern::identifier:
      return "1 to 64 characters of A-Z a-z 0-9 . _ -";
    case pattern::api_path:
      return "an API path";
  }
  return "any text";
}

UPLOADPROTO_DECL bool matches(pattern p, std::string_view text) noexcept {
  switch (p) {
    case pattern::none:
      return true;
    case pattern::iso8601:
      return parse_timestamp(text).has_value();
    case pattern::uuid:
      return detail::is_uuid(text);
    case pattern::identifier:
      return detail::is_identifier(text);
    case pattern::api_path:
      return detail::is_api_path(text);
  }
  return false;
}

}  // namespace uploadproto::contract

#endif
