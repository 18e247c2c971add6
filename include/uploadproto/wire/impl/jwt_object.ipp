// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_IMPL_JWT_OBJECT_IPP
#define UPLOADPROTO_WIRE_IMPL_JWT_OBJECT_IPP

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_stack.hpp>
#include <uploadproto/wire/jwt_object.hpp>

namespace uploadproto::wire::jwt {
namespace detail {

/** Builds the value as Boost.JSON's own parser does, and counts the members as they are written. A value
   whose objects hold fewer has lost a duplicate. */
struct counting_handler {
  static constexpr std::size_t max_object_size = boost::json::object::max_size();
  static constexpr std::size_t max_array_size = boost::json::array::max_size();
  static constexpr std::size_t max_key_size = boost::json::string::max_size();
  static constexpr std::size_t max_string_size = boost::json::string::max_size();

  boost::json::value_stack stack;
  std::size_t members = 0;

  bool on_document_begin(error_code&) {
    stack.reset();
    return true;
  }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return true; }
  bool on_object_end(std::size_t n, error_code&) {
    members += n;
    stack.push_object(n);
    return true;
  }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t n, error_code&) {
    stack.push_array(n);
    return true;
  }
  bool on_key_part(boost::json::string_view s, std::size_t, error_code&) {
    stack.push_chars(s);
    return true;
  }
  bool on_key(boost::json::string_view s, std::size_t, error_code&) {
    stack.push_key(s);
    return true;
  }
  bool on_string_part(boost::json::string_view s, std::size_t, error_code&) {
    stack.push_chars(s);
    return true;
  }
  bool on_string(boost::json::string_view s, std::size_t, error_code&) {
    stack.push_string(s);
    return true;
  }
  bool on_number_part(boost::json::string_view, error_code&) { return true; }
  bool on_int64(std::int64_t i, boost::json::string_view, error_code&) {
    stack.push_int64(i);
    return true;
  }
  bool on_uint64(std::uint64_t u, boost::json::string_view, error_code&) {
    stack.push_uint64(u);
    return true;
  }
  bool on_double(double d, boost::json::string_view, error_code&) {
    stack.push_double(d);
    return true;
  }
  bool on_bool(bool b, error_code&) {
    stack.push_bool(b);
    return true;
  }
  bool on_null(error_code&) {
    stack.push_null();
    return true;
  }
  bool on_comment_part(boost::json::string_view, error_code&) { return true; }
  bool on_comment(boost::json::string_view, error_code&) { return true; }
};

/** Members of all objects in `v`. The parser's depth limit bounds the recursion. */
inline std::size_t count_members(boost::json::value const& v) noexcept {
  std::size_t n = 0;
  if (auto const* o = v.if_object()) {
    n = o->size();
    for (auto const& member : *o) n += count_members(member.value());
  } else if (auto const* a = v.if_array()) {
    for (auto const& element : *a) n += count_members(element);
  }
  return n;
}

}  // namespace detail

UPLOADPROTO_DECL result<boost::json::object> parse_object(std::string_view json) {
  boost::json::basic_parser<detail::counting_handler> parser{boost::json::parse_options{}};
  error_code ec;
  auto const used = parser.write_some(false, json.data(), json.size(), ec);
  if (ec || used != json.size() || !parser.done()) return error::not_json_object;
  auto value = parser.handler().stack.release();
  if (!value.is_object()) return error::not_json_object;
  if (detail::count_members(value) != parser.handler().members) return error::duplicate_member;
  return std::move(value.get_object());
}

}  // namespace uploadproto::wire::jwt
#endif
