// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cases/answers.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/json/serialize.hpp>
#include <regex>

namespace uploadproto::conformance {

boost::json::value at(boost::json::value const& json, std::string_view pointer) {
  boost::system::error_code missing;
  boost::json::value const* found = json.find_pointer(pointer, missing);
  return found ? *found : boost::json::value();
}

std::string text_at(boost::json::value const& json, std::string_view pointer) {
  boost::json::value const found = at(json, pointer);
  return found.is_string() ? std::string(found.as_string()) : std::string();
}

http_call call_of(trial& t, std::string_view method, std::string_view path, std::string_view who) {
  http_call call;
  call.method = method;
  call.url = t.rest_url(path);
  return t.with_token(std::move(call), t.token(who));
}

http_call posted(trial& t, std::string_view path, std::string body) {
  http_call call = call_of(t, "POST", path);
  call.headers.emplace_back("Content-Type", "application/json");
  call.body = std::move(body);
  return call;
}

answer& answer::look(std::string_view pointer, bool holds, std::string expected) {
  trial_.check(clause_, holds, {std::string(pointer), std::move(expected), asked_ + ": " + reply_.summary()});
  return *this;
}

answer& answer::status(unsigned expected) {
  trial_.require(clause_, reply_.status == expected,
                 {"", "status " + std::to_string(expected), asked_ + ": " + reply_.summary()});
  return *this;
}

answer& answer::is(std::string_view pointer, boost::json::value const& expected) {
  return look(pointer, at(pointer) == expected, serialize(expected));
}

answer& answer::text(std::string_view pointer) {
  return look(pointer, !text_at(reply_.json(), pointer).empty(), "a text");
}

answer& answer::natural(std::string_view pointer) {
  boost::json::value const found = at(pointer);
  return look(pointer, found.is_uint64() || (found.is_int64() && found.as_int64() >= 0),
              "an integer of at least 0");
}

answer& answer::array(std::string_view pointer) {
  return look(pointer, at(pointer).is_array(), "an array");
}

answer& answer::object(std::string_view pointer) {
  return look(pointer, at(pointer).is_object(), "an object");
}

answer& answer::timestamp(std::string_view pointer) {
  static std::regex const form(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)");
  return look(pointer, std::regex_match(text_at(reply_.json(), pointer), form),
              "a time like 2025-11-25T10:30:45.123Z");
}

answer& answer::one_of(std::string_view pointer, std::initializer_list<std::string_view> allowed) {
  std::string words;
  for (std::string_view word : allowed) words.append(words.empty() ? "" : ", ").append(word);
  return look(pointer, std::ranges::count(allowed, text_at(reply_.json(), pointer)) == 1, "one of " + words);
}

answer& answer::header(std::string_view name, std::string_view holds) {
  std::string const value(reply_.header(name));
  auto const same = [](char a, char b) { return boost::beast::iequals({&a, 1}, {&b, 1}); };
  bool const there = std::search(value.begin(), value.end(), holds.begin(), holds.end(), same) != value.end();
  trial_.check(clause_, there && !value.empty(),
               {"", "a header " + std::string(name) + " with " + std::string(holds),
                asked_ + ": " + (value.empty() ? "none" : value)});
  return *this;
}

answer& answer::workbook() {
  return look("", reply_.body.starts_with("PK\x03\x04"), "an .xlsx file, which begins with PK");
}

std::string shown(observed_event const& e) {
  return e.name + ' ' + serialize(e.payload);
}

std::vector<std::string> shown(std::vector<observed_event> const& events) {
  std::vector<std::string> out;
  for (observed_event const& e : events) out.push_back(shown(e));
  return out;
}

}  // namespace uploadproto::conformance
