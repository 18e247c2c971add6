// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "report/markup.hpp"

#include <uploadproto/wire/utf8.hpp>

namespace uploadproto::conformance {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

bool is_allowed(std::string_view character) noexcept {
  auto const first = static_cast<unsigned char>(character.front());
  if (first < 0x20) return first == '\t' || first == '\n' || first == '\r';
  if (first == 0x7F) return false;                   // allowed, but shown by nothing
  if (first == 0xC2) return character[1] >= '\xA0';  // C1 control characters
  return character != "\xEF\xBF\xBE" && character != "\xEF\xBF\xBF";
}

std::string_view reference_for(char c) noexcept {
  switch (c) {
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '&':
      return "&amp;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

}  // namespace

std::string readable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    std::size_t const length = wire::utf8_sequence_length(text);
    std::string_view const character = text.substr(0, length);
    out += length && is_allowed(character) ? character : replacement;
    text.remove_prefix(length ? length : 1);
  }
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : readable(text)) {
    std::string_view const reference = reference_for(c);
    reference.empty() ? out.push_back(c) : void(out += reference);
  }
  return out;
}

}  // namespace uploadproto::conformance
