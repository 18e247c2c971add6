// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_IMPL_UTF8_IPP
#define UPLOADPROTO_WIRE_IMPL_UTF8_IPP

#include <cstdint>
#include <cstring>
#include <uploadproto/wire/utf8.hpp>

namespace uploadproto::wire {

UPLOADPROTO_DECL std::size_t ascii_prefix(std::string_view text) noexcept {
  std::size_t size = 0;
  while (text.size() - size >= 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + size, 8);
    if (word & 0x8080808080808080u) break;
    size += 8;
  }
  while (size < text.size() && static_cast<unsigned char>(text[size]) < 0x80) ++size;
  return size;
}

// RFC 3629 section 4: what may follow the first byte of a sequence.
UPLOADPROTO_DECL bool utf8_validator::start(unsigned char lead) noexcept {
  lowest_ = 0x80;
  highest_ = 0xbf;
  if (lead < 0xc2 || lead > 0xf4) return false;
  missing_ = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
  switch (lead) {
    case 0xe0:
      lowest_ = 0xa0;
      break;  // shorter forms exist below
    case 0xed:
      highest_ = 0x9f;
      break;  // surrogates begin above
    case 0xf0:
      lowest_ = 0x90;
      break;
    case 0xf4:
      highest_ = 0x8f;
      break;  // U+10FFFF is the last
  }
  return true;
}

UPLOADPROTO_DECL bool utf8_validator::append(std::string_view bytes) noexcept {
  while (valid_ && !bytes.empty()) {
    if (missing_ == 0) {
      bytes.remove_prefix(ascii_prefix(bytes));
      if (bytes.empty()) break;
      valid_ = start(static_cast<unsigned char>(bytes.front()));
    } else {
      auto const byte = static_cast<unsigned char>(bytes.front());
      valid_ = byte >= lowest_ && byte <= highest_;
      lowest_ = 0x80;
      highest_ = 0xbf;
      --missing_;
    }
    bytes.remove_prefix(1);
  }
  return valid_;
}

UPLOADPROTO_DECL bool is_utf8(std::string_view text) noexcept {
  utf8_validator validator;
  return validator.append(text) && validator.complete();
}

UPLOADPROTO_DECL std::size_t utf8_sequence_length(std::string_view text) noexcept {
  utf8_validator validator;
  for (std::size_t size = 1; size <= text.size() && size <= 4; ++size) {
    if (!validator.append(text.substr(size - 1, 1))) return 0;
    if (validator.complete()) return size;
  }
  return 0;
}

}  // namespace uploadproto::wire
#endif
