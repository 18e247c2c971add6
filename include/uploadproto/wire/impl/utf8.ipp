// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_IMPL_UTF8_IPP
#define UPLOADPROTO_WIRE_IMPL_UTF8_IPP

#include <array>
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

namespace detail {

/** What the first byte of a sequence demands of the rest (RFC 3629 section 4). */
struct utf8_lead {
  unsigned char missing;  // continuation bytes; 0: this byte cannot begin a longer sequence
  unsigned char lowest;   // bounds of the first of them
  unsigned char highest;
};

constexpr utf8_lead utf8_lead_of(unsigned byte) {
  if (byte < 0xc2 || byte > 0xf4) return {0, 0, 0};
  unsigned char const missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
  switch (byte) {
    case 0xe0:
      return {missing, 0xa0, 0xbf};  // shorter forms exist below
    case 0xed:
      return {missing, 0x80, 0x9f};  // surrogates begin above
    case 0xf0:
      return {missing, 0x90, 0xbf};
    case 0xf4:
      return {missing, 0x80, 0x8f};  // U+10FFFF is the last
    default:
      return {missing, 0x80, 0xbf};
  }
}

inline constexpr auto utf8_leads = [] {
  std::array<utf8_lead, 256> leads{};
  for (unsigned byte = 0; byte < 256; ++byte) leads[byte] = utf8_lead_of(byte);
  return leads;
}();

/** How many bytes at the front are whole sequences. What follows is invalid, unfinished or nothing. */
inline std::size_t utf8_whole_sequences(std::string_view text) noexcept {
  auto const byte_at = [text](std::size_t index) { return static_cast<unsigned char>(text[index]); };
  std::size_t at = 0;
  while (at < text.size()) {
    if (byte_at(at) < 0x80) {
      at += ascii_prefix(text.substr(at));
      continue;
    }
    auto const lead = utf8_leads[byte_at(at)];
    if (lead.missing == 0 || text.size() - at <= lead.missing) break;
    bool good = byte_at(at + 1) >= lead.lowest && byte_at(at + 1) <= lead.highest;
    for (std::size_t i = 2; i <= lead.missing; ++i) good = good && byte_at(at + i) >> 6 == 2;
    if (!good) break;
    at += 1u + lead.missing;
  }
  return at;
}

}  // namespace detail

UPLOADPROTO_DECL bool utf8_validator::append(std::string_view bytes) noexcept {
  while (valid_ && !bytes.empty()) {
    if (missing_ == 0) bytes.remove_prefix(detail::utf8_whole_sequences(bytes));
    if (bytes.empty()) break;
    step(static_cast<unsigned char>(bytes.front()));
    bytes.remove_prefix(1);
  }
  return valid_;
}

UPLOADPROTO_DECL void utf8_validator::step(unsigned char byte) noexcept {
  if (missing_ > 0) {
    valid_ = byte >= lowest_ && byte <= highest_;
    lowest_ = 0x80;
    highest_ = 0xbf;
    --missing_;
  } else if (byte >= 0x80) {
    auto const& lead = detail::utf8_leads[byte];
    missing_ = lead.missing;
    lowest_ = lead.lowest;
    highest_ = lead.highest;
    valid_ = lead.missing > 0;
  }
}

UPLOADPROTO_DECL bool is_utf8(std::string_view text) noexcept {
  return detail::utf8_whole_sequences(text) == text.size();
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
