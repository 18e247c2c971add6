// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_DISPLAY_JSON_LINE_HPP
#define UPLOADPROTO_CLI_DISPLAY_JSON_LINE_HPP

#include <cstdint>
#include <string>
#include <string_view>
#include <uploadproto/contract/json_text.hpp>

namespace uploadproto::cli {

/** Builds one line of NDJSON, an object with a `type`. */
class json_line {
 public:
  explicit json_line(std::string_view type) : text_("{") { string("type", type); }

  json_line& string(std::string_view name, std::string_view value) {
    key(name);
    contract::append_json_string(text_, value);
    return *this;
  }
  json_line& number(std::string_view name, std::uint64_t value) { return raw(name, std::to_string(value)); }
  /** A value that is JSON text already. */
  json_line& raw(std::string_view name, std::string_view json) {
    key(name);
    text_ += json;
    return *this;
  }
  std::string done() { return std::move(text_) + "}\n"; }

 private:
  void key(std::string_view name) {
    if (text_.size() != 1) text_ += ',';
    contract::append_json_string(text_, name);
    text_ += ':';
  }
  std::string text_;
};

}  // namespace uploadproto::cli

#endif
