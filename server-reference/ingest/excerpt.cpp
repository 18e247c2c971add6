// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "ingest/excerpt.hpp"

#include <algorithm>

namespace uploadproto::reference {
namespace {

// Bytes of the well-formed sequence that the text begins with, 0 when there is none (RFC 3629, section 4).
std::size_t sequence_size(std::string_view text) noexcept {
  auto const byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  auto const tails = [&](std::size_t count) {
    for (std::size_t i = 1; i <= count; ++i)
      if ((byte(i) & 0xC0) != 0x80) return false;
    return true;
  };
  unsigned const a = byte(0), b = byte(1);
  if (a < 0x80) return 1;
  if (a >= 0xC2 && a <= 0xDF) return tails(1) ? 2 : 0;
  if (a >= 0xE0 && a <= 0xEF) {
    bool const overlong = a == 0xE0 && b < 0xA0;
    bool const surrogate = a == 0xED && b > 0x9F;
    return tails(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (a >= 0xF0 && a <= 0xF4) {
    bool const overlong = a == 0xF0 && b < 0x90;
    bool const beyond = a == 0xF4 && b > 0x8F;
    return tails(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::string excerpt(std::string_view text, std::size_t most) {
  std::string out;
  while (!text.empty()) {
    std::size_t const size = sequence_size(text);
    if (out.size() + std::max<std::size_t>(size, 1) > most) return out + "…";
    auto const first = static_cast<unsigned char>(text[0]);
    if (size == 0)
      out += '?';
    else if (first < 0x20 || first == 0x7F)
      out += ' ';
    else
      out += text.substr(0, size);
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return out;
}

}  // namespace uploadproto::reference
