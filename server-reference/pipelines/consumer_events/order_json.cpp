// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/consumer_events/order_json.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <string>

namespace uploadproto::reference {
namespace {

using boost::json::error_code;
using boost::json::string_view;
using kind = order_value::kind;

/** Boost.JSON's events into a draft. A value makes numbers doubles; their text comes by here. */
struct draft_handler {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  order_draft draft{};
  bool is_object = false;
  std::size_t depth = 0;
  std::string key{}, text{};

  void set(kind is, std::string value) {
    auto const field = std::find(order_fields.begin(), order_fields.end(), key);
    if (depth == 1 && field != order_fields.end())
      draft[static_cast<std::size_t>(field - order_fields.begin())] = {is, std::move(value)};
    text.clear();
  }
  bool part(string_view s) {
    text.append(s.data(), s.size());
    return true;
  }
  bool number(string_view s) {
    part(s);
    set(kind::number, std::move(text));
    return true;
  }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    if (depth == 0) is_object = true;
    set(kind::other, "an object");
    ++depth;
    return true;
  }
  bool on_object_end(std::size_t, error_code&) {
    --depth;
    return true;
  }
  bool on_array_begin(error_code&) {
    set(kind::other, "an array");
    ++depth;
    return true;
  }
  bool on_array_end(std::size_t, error_code&) {
    --depth;
    return true;
  }
  bool on_key_part(string_view s, std::size_t, error_code&) { return part(s); }
  bool on_key(string_view s, std::size_t, error_code&) {
    part(s);
    key = std::move(text);
    text.clear();
    return true;
  }
  bool on_string_part(string_view s, std::size_t, error_code&) { return part(s); }
  bool on_string(string_view s, std::size_t, error_code&) {
    part(s);
    set(kind::text, std::move(text));
    return true;
  }
  bool on_number_part(string_view s, error_code&) { return part(s); }
  bool on_int64(std::int64_t, string_view s, error_code&) { return number(s); }
  bool on_uint64(std::uint64_t, string_view s, error_code&) { return number(s); }
  bool on_double(double, string_view s, error_code&) { return number(s); }
  bool on_bool(bool b, error_code&) {
    set(kind::other, b ? "true" : "false");
    return true;
  }
  bool on_null(error_code&) {
    set(kind::other, "null");
    return true;
  }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }
};

}  // namespace

order_reading read_order_json(std::string_view json) {
  boost::json::basic_parser<draft_handler> parser{boost::json::parse_options{}};
  error_code error;
  auto const used = parser.write_some(false, json.data(), json.size(), error);
  if (!error && used < json.size()) error = boost::json::error::extra_data;
  if (error)
    return {
        {},
        {{"", "The body must be one JSON object; at byte " + std::to_string(used) + ": " + error.message()}}};
  if (!parser.handler().is_object) return {{}, {{"", "The body must be a JSON object"}}};
  return read_order(parser.handler().draft);
}

}  // namespace uploadproto::reference
