// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_IMPL_JSON_IPP
#define UPLOADPROTO_WIRE_IMPL_JSON_IPP

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value_stack.hpp>
#include <charconv>
#include <cmath>
#include <cstring>
#include <uploadproto/wire/error.hpp>
#include <uploadproto/wire/json.hpp>
#include <uploadproto/wire/utf8.hpp>

namespace uploadproto::wire {
namespace detail {

/** Receives a document from Boost.JSON's parser. It differs from the handler of `boost::json::parse` in its
    doubles: they are the nearest ones, and finite. */
struct json_handler {
  static constexpr std::size_t max_object_size = boost::json::object::max_size();
  static constexpr std::size_t max_array_size = boost::json::array::max_size();
  static constexpr std::size_t max_key_size = boost::json::string::max_size();
  static constexpr std::size_t max_string_size = boost::json::string::max_size();

  boost::json::value_stack stack;
  std::string number;  // what came before of a number that is handed over in parts

  json_handler(unsigned char* space, std::size_t size) : stack({}, space, size) { stack.reset(); }

  using text = boost::json::string_view;
  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return true; }
  bool on_object_end(std::size_t n, error_code&) { return stack.push_object(n), true; }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t n, error_code&) { return stack.push_array(n), true; }
  bool on_key_part(text s, std::size_t, error_code&) { return stack.push_chars(s), true; }
  bool on_key(text s, std::size_t, error_code&) { return stack.push_key(s), true; }
  bool on_string_part(text s, std::size_t, error_code&) { return stack.push_chars(s), true; }
  bool on_string(text s, std::size_t, error_code&) { return stack.push_string(s), true; }
  bool on_number_part(text s, error_code&) { return number.append(s.data(), s.size()), true; }
  bool on_int64(std::int64_t i, text, error_code&) { return number.clear(), stack.push_int64(i), true; }
  bool on_uint64(std::uint64_t u, text, error_code&) { return number.clear(), stack.push_uint64(u), true; }
  bool on_double(double estimate, text s, error_code& ec);
  bool on_bool(bool b, error_code&) { return stack.push_bool(b), true; }
  bool on_null(error_code&) { return stack.push_null(), true; }
  bool on_comment_part(text, error_code&) { return true; }
  bool on_comment(text, error_code&) { return true; }
};

inline bool json_handler::on_double(double estimate, text s, error_code& ec) {
  number.append(s.data(), s.size());
  double nearest = 0;
  auto const read = std::from_chars(number.data(), number.data() + number.size(), nearest);
  number.clear();
  bool const too_large =
      read.ec == std::errc::result_out_of_range ? std::abs(estimate) > 1 : !std::isfinite(nearest);
  if (too_large) {
    ec = error::json_number_range;
    return false;
  }
  stack.push_double(nearest);
  return true;
}

/** The code unit of `\uXXXX` at the front of `text`, or -1. */
inline int json_code_unit(std::string_view text) noexcept {
  unsigned unit = 0;
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return -1;
  auto const read = std::from_chars(text.data() + 2, text.data() + 6, unit, 16);
  return read.ptr == text.data() + 6 ? static_cast<int>(unit) : -1;
}

/** Overwrites escapes of surrogates without a partner by that of U+FFFD. JavaScript's strings may hold them;
    UTF-8 cannot, and Boost.JSON refuses them.
    @return the text to parse: `text` itself when there are none, else a view of `copy`. */
inline std::string_view mend_surrogates(std::string_view text, std::string& copy) {
  auto const between = [](int unit, int first, int last) { return unit >= first && unit <= last; };
  for (auto at = text.find('\\'); at < text.size(); at = text.find('\\', at)) {
    auto const unit = json_code_unit(text.substr(at));
    if (!between(unit, 0xd800, 0xdfff)) {
      at += 2;  // another escape, which may be an escaped backslash
    } else if (unit < 0xdc00 && between(json_code_unit(text.substr(at + 6)), 0xdc00, 0xdfff)) {
      at += 12;
    } else {
      if (copy.empty()) copy = text;
      std::memcpy(copy.data() + at, "\\ufffd", 6);
      at += 6;
    }
  }
  return copy.empty() ? text : std::string_view(copy);
}

inline error_code json_error(error_code const& ec, std::string_view text) {
  if (ec == error::json_number_range || ec == boost::json::error::exponent_overflow)
    return error::json_number_range;
  if (ec == boost::json::error::too_deep) return error::json_too_deep;
  return is_utf8(text) ? error::json_syntax : error::invalid_utf8;
}

template <class Integer>
void append_json_integer(std::string& out, Integer number) {
  char text[24];
  out.append(text, std::to_chars(text, text + sizeof text, number).ptr);
}

/** Lays out the digits of a shortest double as JavaScript does (ECMA-262, Number::toString).
    @param digits without a point; @param point how many of them stand before the point, maybe none. */
inline void append_json_digits(std::string& out, std::string_view digits, int point) {
  int const count = static_cast<int>(digits.size());
  if (point > 21 || point < -5) {
    out += digits.front();
    if (count > 1) (out += '.') += digits.substr(1);
    out += point > 0 ? "e+" : "e-";
    append_json_integer(out, std::abs(point - 1));
  } else if (point <= 0) {
    (out += "0.").append(static_cast<std::size_t>(-point), '0') += digits;
  } else if (point >= count) {
    (out += digits).append(static_cast<std::size_t>(point - count), '0');
  } else {
    ((out += digits.substr(0, static_cast<std::size_t>(point))) += '.') +=
        digits.substr(static_cast<std::size_t>(point));
  }
}

/** True when one of the 8 bytes at `at` is a quote, a backslash, a control or not ASCII. */
inline bool json_word_is_special(char const* at) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101u;
  constexpr std::uint64_t tops = 0x8080808080808080u;
  std::uint64_t word;
  std::memcpy(&word, at, 8);
  auto const has_zero = [](std::uint64_t w) { return (w - ones) & ~w; };
  return ((word | (word - ones * 0x20) | has_zero(word ^ ones * '"') | has_zero(word ^ ones * '\\')) &
          tops) != 0;
}

/** How many bytes at the front stand for themselves in a JSON string; those that are not ASCII do not count.
 */
inline std::size_t json_plain_prefix(std::string_view text) noexcept {
  std::size_t size = 0;
  while (text.size() - size >= 8 && !json_word_is_special(text.data() + size)) size += 8;
  for (; size < text.size(); ++size) {
    auto const c = static_cast<unsigned char>(text[size]);
    if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\') break;
  }
  return size;
}

inline void append_json_escape(std::string& out, char c) {
  constexpr std::string_view hex = "0123456789abcdef";
  constexpr std::string_view plain = "\"\\\b\f\n\r\t";
  constexpr std::string_view letter = "\"\\bfnrt";
  out += '\\';
  if (auto const i = plain.find(c); i != plain.npos) {
    out += letter[i];
  } else {
    ((out += "u00") += hex[static_cast<unsigned char>(c) >> 4]) += hex[static_cast<unsigned char>(c) & 15];
  }
}

}  // namespace detail

UPLOADPROTO_DECL result<boost::json::value> parse_json(std::string_view text, std::size_t max_depth) {
  std::string mended;
  text = detail::mend_surrogates(text, mended);

  boost::json::parse_options options;
  options.max_depth = std::min<std::size_t>(max_depth, 1024);
  unsigned char space[2048];
  boost::json::basic_parser<detail::json_handler> parser(options, space, sizeof space);
  error_code ec;
  auto const taken = parser.write_some(false, text.data(), text.size(), ec);
  if (ec) return detail::json_error(ec, text);
  if (taken != text.size()) return error::json_syntax;
  return parser.handler().stack.release();
}

UPLOADPROTO_DECL void append_json_string(std::string& out, std::string_view utf8) {
  out += '"';
  while (!utf8.empty()) {
    auto const plain = detail::json_plain_prefix(utf8);
    out += utf8.substr(0, plain);
    utf8.remove_prefix(plain);
    if (utf8.empty()) break;
    auto const sequence = utf8_sequence_length(utf8);
    if (sequence > 1)
      out += utf8.substr(0, sequence);
    else if (sequence == 1)
      detail::append_json_escape(out, utf8.front());
    else
      out += "\xef\xbf\xbd";
    utf8.remove_prefix(sequence > 1 ? sequence : 1);
  }
  out += '"';
}

UPLOADPROTO_DECL void append_json_number(std::string& out, std::int64_t number) {
  detail::append_json_integer(out, number);
}

UPLOADPROTO_DECL void append_json_number(std::string& out, std::uint64_t number) {
  detail::append_json_integer(out, number);
}

UPLOADPROTO_DECL void append_json_number(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  if (std::abs(number) < 9007199254740992.0 && number == std::trunc(number)) {
    detail::append_json_integer(out, static_cast<std::int64_t>(number));
    return;
  }
  if (number < 0) out += '-';
  char text[32];  // d[.ddd…]e±xx[x]
  auto const end =
      std::to_chars(text, text + sizeof text, std::abs(number), std::chars_format::scientific).ptr;
  auto const* const mark = std::find(text, end, 'e');
  int exponent = 0;
  std::from_chars(mark + (mark[1] == '+' ? 2 : 1), end, exponent);
  char const* first = text;
  if (text[1] == '.') {  // the digits in one piece
    text[1] = text[0];
    ++first;
  }
  std::string_view const digits(first, static_cast<std::size_t>(mark - first));
  detail::append_json_digits(out, digits, exponent + 1);
}

UPLOADPROTO_DECL void append_json(std::string& out, boost::json::value const& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      out += "null";
      break;
    case boost::json::kind::bool_:
      out += value.get_bool() ? "true" : "false";
      break;
    case boost::json::kind::int64:
      append_json_number(out, value.get_int64());
      break;
    case boost::json::kind::uint64:
      append_json_number(out, value.get_uint64());
      break;
    case boost::json::kind::double_:
      append_json_number(out, value.get_double());
      break;
    case boost::json::kind::string:
      append_json_string(out, value.get_string());
      break;
    case boost::json::kind::array: {
      char before = '[';
      for (auto const& element : value.get_array()) {
        out += before;
        append_json(out, element);
        before = ',';
      }
      out += value.get_array().empty() ? "[]" : "]";
      break;
    }
    case boost::json::kind::object: {
      char before = '{';
      for (auto const& member : value.get_object()) {
        out += before;
        append_json_string(out, member.key());
        out += ':';
        append_json(out, member.value());
        before = ',';
      }
      out += value.get_object().empty() ? "{}" : "}";
      break;
    }
  }
}

}  // namespace uploadproto::wire
#endif
