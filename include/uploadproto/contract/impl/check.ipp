// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_IMPL_CHECK_IPP
#define UPLOADPROTO_CONTRACT_IMPL_CHECK_IPP

#include <cmath>
#include <uploadproto/contract/check.hpp>
#include <uploadproto/contract/impl/record_checker.hpp>
#include <uploadproto/contract/json_text.hpp>

namespace uploadproto::contract {

namespace detail {

inline constexpr std::size_t max_shown = 48;  // bytes of a text shown in a violation

UPLOADPROTO_DECL std::string shown(std::string_view text) {
  std::string out;
  if (text.size() <= max_shown) {
    append_json_string(out, text);
    return out;
  }
  std::size_t end = max_shown;
  while (end != 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  append_json_string(out, text.substr(0, end));
  out.append(" and ").append(std::to_string(text.size() - end)).append(" bytes more");
  return out;
}

UPLOADPROTO_DECL std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  std::string out;
  append_number(out, value);
  return out;
}

UPLOADPROTO_DECL double number_at(value_type type, void const* value) noexcept {
  switch (type) {
    case value_type::integer:
      return static_cast<double>(*static_cast<std::int64_t const*>(value));
    case value_type::natural:
      return static_cast<double>(*static_cast<std::uint64_t const*>(value));
    default:
      return *static_cast<double const*>(value);
  }
}

inline std::string lengths(constraints const& c, std::string_view unit) {
  std::string out;
  if (!c.has_max_length())
    out.append("at least ").append(std::to_string(c.min_length));
  else if (c.has_min_length())
    out.append(std::to_string(c.min_length)).append(" to ").append(std::to_string(c.max_length));
  else
    out.append("at most ").append(std::to_string(c.max_length));
  return out.append(" ").append(unit);
}

inline std::string expected_string(constraints const& c) {
  if (!c.allowed.empty()) {
    std::string out = c.allowed.size() == 1 ? "" : "one of ";
    for (std::string_view text : c.allowed) {
      if (text != *c.allowed.begin()) out += ", ";
      out += shown(text);
    }
    return out;
  }
  if (c.form != pattern::none) return std::string(name_of(c.form));
  if (c.has_min_length() || c.has_max_length()) return "a string of " + lengths(c, "characters");
  return "a string";
}

inline std::string expected_number(field_info const& f) {
  constraints const& c = f.rules;
  std::string out = f.type == value_type::number    ? "a number"
                    : f.type == value_type::natural ? "a non-negative integer"
                                                    : "an integer";
  if (c.has_minimum() && c.has_maximum())
    out.append(" of ").append(number_text(c.minimum)).append(" to ").append(number_text(c.maximum));
  else if (c.has_minimum())
    out.append(" of at least ").append(number_text(c.minimum));
  else if (c.has_maximum())
    out.append(" of at most ").append(number_text(c.maximum));
  return out;
}

UPLOADPROTO_DECL void record_checker::report(std::string_view pointer, violation_code code,
                                             std::string expected, std::string got) {
  found_.push_back({std::string(pointer), code, std::move(expected), std::move(got)});
}

UPLOADPROTO_DECL void record_checker::check_text(field_info const& f, void const* record,
                                                 std::string_view text, std::string_view pointer) {
  constraints const& c = f.rules;
  std::size_t const size = count_code_points(text);
  if (size == std::string_view::npos)
    return report(pointer, violation_code::invalid_text, "UTF-8", shown(text));
  if (!c.allowed.empty() && !c.allowed.contains(text) && !holds(c.any_text_when, record)) {
    refuse(f);
    return report(pointer, violation_code::not_allowed, expectation(f), shown(text));
  }
  if (!matches(c.form, text)) return report(pointer, violation_code::wrong_form, expectation(f), shown(text));
  if (size < c.min_length || size > c.max_length)
    report(pointer, violation_code::wrong_length, expectation(f),
           std::to_string(size) + (size == 1 ? " character" : " characters"));
}

UPLOADPROTO_DECL void record_checker::check_number(field_info const& f, void const* record, void const* value,
                                                   std::string_view pointer) {
  constraints const& c = f.rules;
  double const number = number_at(f.type, value);
  // Written so that NaN fails.
  if (!(std::isfinite(number) && number >= c.minimum && number <= c.maximum))
    return report(pointer, violation_code::out_of_range, expectation(f), number_text(number));
  if (c.at_most.empty() || refused(c.at_most)) return;
  field_info const& other = *record_.find(c.at_most);
  void const* bound = other.get(record);
  if (bound && number > number_at(other.type, bound))
    report(
        pointer, violation_code::more_than,
        "at most " + number_text(number_at(other.type, bound)) + ", the value of " + std::string(c.at_most),
        number_text(number));
}

UPLOADPROTO_DECL void record_checker::check_array(field_info const& f, std::vector<std::string> const& all,
                                                  std::string_view pointer) {
  if (all.size() < f.rules.min_length || all.size() > f.rules.max_length)
    report(pointer, violation_code::wrong_length, expectation(f), std::to_string(all.size()) + " elements");
  for (std::size_t i = 0; i != all.size(); ++i)
    if (count_code_points(all[i]) == std::string_view::npos)
      return report(std::string(pointer) + "/" + std::to_string(i), violation_code::invalid_text, "UTF-8",
                    shown(all[i]));
}

UPLOADPROTO_DECL bool record_checker::holds(condition const& when, void const* record) const {
  if (when.member.empty() || refused(when.member)) return false;
  void const* value = record_.find(when.member)->get(record);
  return value && *static_cast<std::string const*>(value) == when.value;
}

inline std::string when_text(condition const& when) {
  return std::string(when.member) + " is " + shown(when.value);
}

UPLOADPROTO_DECL void record_checker::check_absent(field_info const& f, void const* record,
                                                   std::string_view pointer) {
  if (holds(f.rules.required_when, record))
    report(pointer, violation_code::missing_here,
           expectation(f) + " because " + when_text(f.rules.required_when), "nothing");
}

UPLOADPROTO_DECL void record_checker::check_present(field_info const& f, void const* record,
                                                    void const* value, std::string_view pointer) {
  condition const& only = f.rules.only_when;
  if (!only.member.empty() && !refused(only.member) && !holds(only, record))
    report(pointer, violation_code::unexpected_here, "nothing unless " + when_text(only), "a value");
  switch (f.type) {
    case value_type::string:
      return check_text(f, record, *static_cast<std::string const*>(value), pointer);
    case value_type::number:
    case value_type::integer:
    case value_type::natural:
      return check_number(f, record, value, pointer);
    case value_type::string_array:
      return check_array(f, *static_cast<std::vector<std::string> const*>(value), pointer);
    case value_type::boolean:
    case value_type::object:
    case value_type::any:
      break;
  }
}

UPLOADPROTO_DECL void append_pointer(std::string& pointer, std::string_view member) {
  pointer += '/';
  for (char c : member) {
    if (c == '~')
      pointer += "~0";
    else if (c == '/')
      pointer += "~1";
    else
      pointer += c;
  }
}

inline void check_into(violations& found, record_info const& info, void const* record, std::string& pointer) {
  record_checker checker(info, found);
  std::size_t const base = pointer.size();
  for (field_info const& f : info.fields) {
    append_pointer(pointer, f.name);
    void const* value = f.get(record);
    if (!value)
      checker.check_absent(f, record, pointer);
    else if (f.type == value_type::object)
      check_into(found, *f.nested, value, pointer);
    else
      checker.check_present(f, record, value, pointer);
    pointer.resize(base);
  }
}

}  // namespace detail

UPLOADPROTO_DECL std::string expectation(field_info const& f) {
  switch (f.type) {
    case value_type::string:
      return detail::expected_string(f.rules);
    case value_type::number:
    case value_type::integer:
    case value_type::natural:
      return detail::expected_number(f);
    case value_type::boolean:
      return "true or false";
    case value_type::string_array:
      if (f.rules.has_min_length() || f.rules.has_max_length())
        return "an array of " + detail::lengths(f.rules, "strings");
      return "an array of strings";
    case value_type::object:
      return "an object";
    case value_type::any:
      break;
  }
  return "a JSON value";
}

UPLOADPROTO_DECL violations check_record(record_info const& info, void const* record) {
  violations found;
  std::string pointer;
  detail::check_into(found, info, record, pointer);
  return found;
}

}  // namespace uploadproto::contract

#endif
