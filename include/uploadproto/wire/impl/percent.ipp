// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_IMPL_PERCENT_IPP
#define UPLOADPROTO_WIRE_IMPL_PERCENT_IPP

#include <uploadproto/wire/percent.hpp>

namespace uploadproto::wire {

namespace detail {

constexpr int hexadecimal(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace detail

UPLOADPROTO_DECL std::optional<char> percent_escape(std::string_view text) noexcept {
  if (text.size() < 3 || text[0] != '%') return std::nullopt;
  int const high = detail::hexadecimal(text[1]);
  int const low = detail::hexadecimal(text[2]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<char>(high * 16 + low);
}

UPLOADPROTO_DECL std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    bool const escaped = text[0] == '%';
    auto const octet = escaped ? percent_escape(text) : text[0];
    if (!octet) return std::nullopt;
    out += *octet;
    text.remove_prefix(escaped ? 3 : 1);
  }
  return out;
}

}  // namespace uploadproto::wire

#endif
