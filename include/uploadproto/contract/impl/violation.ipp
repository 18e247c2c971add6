// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_IMPL_VIOLATION_IPP
#define UPLOADPROTO_CONTRACT_IMPL_VIOLATION_IPP

#include <boost/throw_exception.hpp>
#include <stdexcept>
#include <uploadproto/contract/violation.hpp>

namespace uploadproto::contract {

UPLOADPROTO_DECL std::string_view name_of(violation_code code) noexcept {
  switch (code) {
    case violation_code::not_an_object:
      return "not_an_object";
    case violation_code::missing_member:
      return "missing_member";
    case violation_code::null_member:
      return "null_member";
    case violation_code::wrong_type:
      return "wrong_type";
    case violation_code::out_of_range:
      return "out_of_range";
    case violation_code::wrong_length:
      return "wrong_length";
    case violation_code::wrong_form:
      return "wrong_form";
    case violation_code::not_allowed:
      return "not_allowed";
    case violation_code::more_than:
      return "more_than";
    case violation_code::missing_here:
      return "missing_here";
    case violation_code::unexpected_here:
      return "unexpected_here";
    case violation_code::unknown_event:
      return "unknown_event";
    case violation_code::invalid_text:
      return "invalid_text";
  }
  return "unknown";
}

UPLOADPROTO_DECL std::string violation::message() const {
  std::string text;
  if (!pointer.empty()) text.append(pointer).append(": ");
  return text.append("expected ").append(expected).append(", got ").append(got);
}

UPLOADPROTO_DECL std::string to_string(violations const& all) {
  std::string text;
  for (violation const& one : all) {
    if (!text.empty()) text += '\n';
    text += one.message();
  }
  return text;
}

UPLOADPROTO_DECL void throw_exception_from_error(violations const& all, boost::source_location const& where) {
  boost::throw_exception(std::invalid_argument(to_string(all)), where);
}

}  // namespace uploadproto::contract

#endif
