// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_IMPL_BASE64_IPP
#define UPLOADPROTO_WIRE_IMPL_BASE64_IPP

#include <array>
#include <cstdint>
#include <uploadproto/wire/base64.hpp>
#include <uploadproto/wire/error.hpp>

namespace uploadproto::wire {
namespace detail {

/** An alphabet of RFC 4648 and its inverse: 0..63, or 64 for a foreign character. */
struct base64_alphabet {
  std::array<char, 64> characters{};
  std::array<unsigned char, 256> values{};

  constexpr explicit base64_alphabet(std::string_view all) {
    values.fill(64);
    for (std::size_t value = 0; value < 64; ++value) {
      characters[value] = all[value];
      values[static_cast<unsigned char>(all[value])] = static_cast<unsigned char>(value);
    }
  }
};

inline constexpr base64_alphabet base64_standard(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
inline constexpr base64_alphabet base64_url(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

/** Writes 1 to 3 bytes as 2 to 4 characters. */
inline void append_base64_group(std::string& out, base64_alphabet const& alphabet, std::string_view bytes) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < 3; ++i)
    bits = bits << 8 | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0u);
  for (std::size_t i = 0; i <= bytes.size(); ++i)
    out.push_back(alphabet.characters[bits >> (18 - 6 * i) & 63]);
}

inline void append_base64_text(std::string& out, base64_alphabet const& alphabet, std::string_view bytes) {
  out.reserve(out.size() + base64_size(bytes.size()));
  for (; !bytes.empty(); bytes.remove_prefix(bytes.size() < 3 ? bytes.size() : 3))
    append_base64_group(out, alphabet, bytes.substr(0, 3));
}

/** Reads 2 to 4 characters as 1 to 3 bytes; false when one is foreign or an unused bit is set. */
inline bool append_base64_bytes(std::string& out, base64_alphabet const& alphabet, std::string_view group) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    auto const value = i < group.size() ? alphabet.values[static_cast<unsigned char>(group[i])] : 0u;
    if (value > 63) return false;
    bits = bits << 6 | value;
  }
  auto const count = group.size() - 1;
  for (std::size_t i = 0; i < count; ++i) out.push_back(static_cast<char>(bits >> (16 - 8 * i) & 0xff));
  return (bits & (0xffffffu >> (8 * count))) == 0;
}

/** Decodes text without padding. */
inline bool decode_base64_text(base64_alphabet const& alphabet, std::string_view text, std::string& out) {
  out.clear();
  out.reserve(text.size() / 4 * 3 + 2);
  if (text.size() % 4 == 1) return false;
  for (; !text.empty(); text.remove_prefix(text.size() < 4 ? text.size() : 4))
    if (!append_base64_bytes(out, alphabet, text.substr(0, 4))) return false;
  return true;
}

}  // namespace detail

UPLOADPROTO_DECL void append_base64(std::string& out, std::string_view bytes) {
  detail::append_base64_text(out, detail::base64_standard, bytes);
  if (auto const left = bytes.size() % 3) out.append(3 - left, '=');
}

UPLOADPROTO_DECL void append_base64url(std::string& out, std::string_view bytes) {
  detail::append_base64_text(out, detail::base64_url, bytes);
}

UPLOADPROTO_DECL std::string encode_base64(std::string_view bytes) {
  std::string text;
  append_base64(text, bytes);
  return text;
}

UPLOADPROTO_DECL std::string encode_base64url(std::string_view bytes) {
  std::string text;
  append_base64url(text, bytes);
  return text;
}

UPLOADPROTO_DECL error_code decode_base64(std::string_view text, std::string& out) {
  bool canonical = text.size() % 4 == 0;
  if (canonical) {
    // At most two signs of padding; any other `=` is a foreign character to the groups.
    for (int signs = 0; signs < 2 && text.ends_with('='); ++signs) text.remove_suffix(1);
    canonical = detail::decode_base64_text(detail::base64_standard, text, out);
  }
  if (canonical) return {};
  out.clear();
  return error::invalid_base64;
}

UPLOADPROTO_DECL result<std::string> decode_base64(std::string_view text) {
  std::string bytes;
  if (auto const ec = decode_base64(text, bytes)) return ec;
  return bytes;
}

UPLOADPROTO_DECL result<std::string> decode_base64url(std::string_view text) {
  std::string bytes;
  if (!detail::decode_base64_text(detail::base64_url, text, bytes)) return error::invalid_base64;
  return bytes;
}

}  // namespace uploadproto::wire
#endif
