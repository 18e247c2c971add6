// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_IMPL_JSON_TEXT_IPP
#define UPLOADPROTO_CONTRACT_IMPL_JSON_TEXT_IPP

#include <array>
#include <charconv>
#include <cmath>
#include <uploadproto/contract/json_text.hpp>

namespace uploadproto::contract {

namespace detail {

/** The length of the UTF-8 sequence at the beginning of `text`; 0 when there is none (RFC 3629: shortest form
    only, no surrogates, up to U+10FFFF). */
inline std::size_t utf8_sequence(std::string_view text) noexcept {
  auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  auto const continued = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  if (text.empty()) return 0;
  unsigned const first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continued(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    unsigned const low = first == 0xE0 ? 0xA0 : 0x80, high = first == 0xED ? 0x9F : 0xBF;
    return continued(1, low, high) && continued(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    unsigned const low = first == 0xF0 ? 0x90 : 0x80, high = first == 0xF4 ? 0x8F : 0xBF;
    return continued(1, low, high) && continued(2) && continued(3) ? 4 : 0;
  }
  return 0;
}

/** For every byte: 0 it stands for itself, 1 it needs a look at UTF-8, else the letter of its escape. */
inline constexpr auto json_escapes = [] {
  std::array<char, 256> table{};
  for (std::size_t i = 0; i != 0x20; ++i) table[i] = 'u';
  for (std::size_t i = 0x80; i != 256; ++i) table[i] = 1;
  table['"'] = '"';
  table['\\'] = '\\';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  return table;
}();

inline void append_escape(std::string& out, unsigned char byte) {
  constexpr char digits[] = "0123456789abcdef";
  char const letter = json_escapes[byte];
  out += '\\';
  out += letter;
  if (letter != 'u') return;
  out += "00";
  out += digits[byte >> 4];
  out += digits[byte & 15];
}

/** Lays out the shortest decimal digits as ECMA-262, Number::toString, does: value = 0.digits × 10^point. */
inline void append_digits(std::string& out, std::string_view digits, int point) {
  int const count = static_cast<int>(digits.size());
  if (point > 0 && point <= 21) {
    if (count <= point) {
      out.append(digits).append(static_cast<std::size_t>(point - count), '0');
    } else {
      out.append(digits.substr(0, static_cast<std::size_t>(point))).append(".");
      out.append(digits.substr(static_cast<std::size_t>(point)));
    }
  } else if (point > -6 && point <= 0) {
    out.append("0.").append(static_cast<std::size_t>(-point), '0').append(digits);
  } else {
    out += digits.front();
    if (count > 1) out.append(".").append(digits.substr(1));
    out.append(point > 0 ? "e+" : "e-").append(std::to_string(std::abs(point - 1)));
  }
}

}  // namespace detail

UPLOADPROTO_DECL void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t begin = 0, i = 0;  // [begin, i) stands for itself and is yet to be appended
  while (i != text.size()) {
    char const class_ = detail::json_escapes[static_cast<unsigned char>(text[i])];
    if (class_ == 0) {
      ++i;
      continue;
    }
    if (class_ == 1) {
      if (std::size_t const length = detail::utf8_sequence(text.substr(i))) {
        i += length;
        continue;
      }
    }
    out.append(text, begin, i - begin);
    if (class_ == 1)
      out += "\xEF\xBF\xBD";
    else
      detail::append_escape(out, static_cast<unsigned char>(text[i]));
    begin = ++i;
  }
  out.append(text, begin, i - begin);
  out += '"';
}

UPLOADPROTO_DECL void append_number(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  if (value == std::floor(value) && std::fabs(value) < 9007199254740992.0) {
    append_number(out, static_cast<std::int64_t>(value));
    return;
  }
  char text[32];  // "-d.dddddddddddddddde-308"
  auto const end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  char const* at = text;
  if (*at == '-') out += *at++;
  std::string_view const all(at, static_cast<std::size_t>(end - at));
  std::size_t const e = all.find('e');
  char digits[20];
  std::size_t count = 0;
  for (char c : all.substr(0, e))
    if (c != '.') digits[count++] = c;
  int exponent = 0;
  std::string_view power = all.substr(e + 1);
  bool const negative = power.front() == '-';
  power.remove_prefix(1);
  std::from_chars(power.data(), power.data() + power.size(), exponent);
  detail::append_digits(out, std::string_view(digits, count), (negative ? -exponent : exponent) + 1);
}

UPLOADPROTO_DECL void append_number(std::string& out, std::int64_t value) {
  char text[20];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

UPLOADPROTO_DECL void append_number(std::string& out, std::uint64_t value) {
  char text[20];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

UPLOADPROTO_DECL void append_json_value(std::string& out, boost::json::value const& value) {
  using boost::json::kind;
  switch (value.kind()) {
    case kind::null:
      out += "null";
      break;
    case kind::bool_:
      out += value.get_bool() ? "true" : "false";
      break;
    case kind::int64:
      append_number(out, value.get_int64());
      break;
    case kind::uint64:
      append_number(out, value.get_uint64());
      break;
    case kind::double_:
      append_number(out, value.get_double());
      break;
    case kind::string:
      append_json_string(out, {value.get_string().data(), value.get_string().size()});
      break;
    case kind::array: {
      char separator = '[';
      for (boost::json::value const& element : value.get_array()) {
        out += separator;
        append_json_value(out, element);
        separator = ',';
      }
      out += value.get_array().empty() ? "[]" : "]";
      break;
    }
    case kind::object: {
      char separator = '{';
      for (auto const& member : value.get_object()) {
        out += separator;
        append_json_string(out, {member.key().data(), member.key().size()});
        out += ':';
        append_json_value(out, member.value());
        separator = ',';
      }
      out += value.get_object().empty() ? "{}" : "}";
      break;
    }
  }
}

UPLOADPROTO_DECL std::size_t count_code_points(std::string_view text) noexcept {
  std::size_t count = 0;
  while (!text.empty()) {
    std::size_t const length = detail::utf8_sequence(text);
    if (length == 0) return std::string_view::npos;
    text.remove_prefix(length);
    ++count;
  }
  return count;
}

}  // namespace uploadproto::contract

#endif
