// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_IMPL_WRITER_IPP
#define UPLOADPROTO_CONTRACT_IMPL_WRITER_IPP

#include <uploadproto/contract/json_text.hpp>
#include <uploadproto/contract/writer.hpp>

namespace uploadproto::contract {

namespace detail {

inline void append_strings(std::string& out, std::vector<std::string> const& all) {
  char separator = '[';
  for (std::string const& one : all) {
    out += separator;
    append_json_string(out, one);
    separator = ',';
  }
  out += all.empty() ? "[]" : "]";
}

inline void append_member(std::string& out, field_info const& f, void const* value) {
  switch (f.type) {
    case value_type::string:
      return append_json_string(out, *static_cast<std::string const*>(value));
    case value_type::number:
      return append_number(out, *static_cast<double const*>(value));
    case value_type::integer:
      return append_number(out, *static_cast<std::int64_t const*>(value));
    case value_type::natural:
      return append_number(out, *static_cast<std::uint64_t const*>(value));
    case value_type::boolean:
      out += *static_cast<bool const*>(value) ? "true" : "false";
      return;
    case value_type::string_array:
      return append_strings(out, *static_cast<std::vector<std::string> const*>(value));
    case value_type::object:
      return append_record(out, *f.nested, value);
    case value_type::any:
      return append_json_value(out, *static_cast<boost::json::value const*>(value));
  }
}

}  // namespace detail

UPLOADPROTO_DECL void append_record(std::string& out, record_info const& info, void const* record) {
  out += '{';
  bool first = true;
  for (field_info const& f : info.fields) {
    void const* value = f.get(record);
    if (!value) continue;
    if (!first) out += ',';
    first = false;
    append_json_string(out, f.name);
    out += ':';
    detail::append_member(out, f, value);
  }
  out += '}';
}

}  // namespace uploadproto::contract

#endif
