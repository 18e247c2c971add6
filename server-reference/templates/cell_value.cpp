// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "templates/cell_value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <uploadproto/wire/json.hpp>

#include "ingest/excerpt.hpp"
#include "stages/calendar_date.hpp"

namespace uploadproto::reference {
namespace {

struct type_description {
  std::string_view name;
  std::string_view expected;
};

// In the order of `field_type`.
constexpr std::array types{
    type_description{"string", "text"},
    type_description{"number", "a number such as 1250 or 12.5"},
    type_description{"date", "a date such as 2024-01-31"},
    type_description{"boolean", "true or false, yes or no, 1 or 0"},
    type_description{"email", "an e-mail address such as ann@example.org"},
};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string folded(std::string_view text) {
  std::string low(text);
  std::transform(low.begin(), low.end(), low.begin(), lower);
  return low;
}

boost::json::string as_json(std::string_view text) {
  return boost::json::string(text.data(), text.size());
}

cell_reading unexpected(field_type type, std::string_view text) {
  return {nullptr, "must be " + std::string(expected_of(type)) + "; found \"" + excerpt(text) + "\""};
}

template <class Number>
std::optional<Number> whole_text(std::string_view text) {
  Number value{};
  auto const end = text.data() + text.size();
  auto const parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return value;
}

cell_reading read_number(std::string_view text) {
  auto digits = text;
  if (digits.starts_with('+') && !digits.substr(1).starts_with('-')) digits.remove_prefix(1);
  if (auto const whole = whole_text<std::int64_t>(digits)) return {*whole, {}};
  if (auto const number = whole_text<double>(digits); number && std::isfinite(*number)) return {*number, {}};
  return unexpected(field_type::number, text);
}

// Where both orders of day and month give a day, and not the same, only the writer knows which is meant.
cell_reading read_day(std::string_view text) {
  auto const day_first = read_date(text, day_order::day_first);
  auto const month_first = read_date(text, day_order::month_first);
  bool const either = day_first.problem.empty() && month_first.problem.empty();
  if (either && day_first.text() != month_first.text())
    return {nullptr, "could be two different days, \"" + excerpt(text) + "\"; expected " +
                         std::string(expected_of(field_type::date))};
  auto const& found = day_first.problem.empty() ? day_first : month_first;
  if (!found.problem.empty()) return unexpected(field_type::date, text);
  return {as_json(found.text()), {}};
}

cell_reading read_boolean(std::string_view text) {
  constexpr std::string_view yes[] = {"true", "yes", "y", "1"};
  constexpr std::string_view no[] = {"false", "no", "n", "0"};
  auto const is_among = [word = folded(text)](auto const& words) {
    return std::find(std::begin(words), std::end(words), word) != std::end(words);
  };
  if (is_among(yes)) return {true, {}};
  if (is_among(no)) return {false, {}};
  return unexpected(field_type::boolean, text);
}

/** Labels of letters, digits and inner hyphens, two at least; letters may be of any script. */
bool is_domain(std::string_view domain) {
  std::size_t labels = 0;
  for (std::size_t from = 0; from <= domain.size(); ++labels) {
    auto const dot = std::min(domain.find('.', from), domain.size());
    auto const label = domain.substr(from, dot - from);
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    if (!std::all_of(label.begin(), label.end(), [](char c) {
          return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                 static_cast<unsigned char>(c) >= 0x80;
        }))
      return false;
    from = dot + 1;
  }
  return labels >= 2;
}

/** The common form of RFC 5322 addresses: no quoted local parts, no comments, no address literals. */
bool is_email(std::string_view text) {
  auto const at = text.rfind('@');
  if (at == std::string_view::npos || text.size() > 254) return false;
  auto const local = text.substr(0, at);
  if (local.empty() || local.size() > 64 || local.front() == '.' || local.back() == '.' ||
      local.find("..") != std::string_view::npos)
    return false;
  constexpr std::string_view marks = ".!#$%&'*+/=?^_`{|}~-";
  return is_domain(text.substr(at + 1)) && std::all_of(local.begin(), local.end(), [&](char c) {
           return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
                  static_cast<unsigned char>(c) >= 0x80 || marks.find(c) != std::string_view::npos;
         });
}

}  // namespace

std::string_view to_string(field_type type) {
  return types[static_cast<std::size_t>(type)].name;
}

std::optional<field_type> field_type_named(std::string_view name) {
  auto const found =
      std::find_if(types.begin(), types.end(), [&](type_description const& t) { return t.name == name; });
  if (found == types.end()) return std::nullopt;
  return static_cast<field_type>(found - types.begin());
}

std::string_view expected_of(field_type type) {
  return types[static_cast<std::size_t>(type)].expected;
}

cell_reading read_cell(field_type type, std::string_view text) {
  switch (type) {
    case field_type::string:
      return {as_json(text), {}};
    case field_type::number:
      return read_number(text);
    case field_type::date:
      return read_day(text);
    case field_type::boolean:
      return read_boolean(text);
    case field_type::email:
      break;
  }
  if (!is_email(text)) return unexpected(type, text);
  return {as_json(text), {}};
}

std::string unique_key(field_type type, boost::json::value const& value) {
  if (auto const* text = value.if_string()) {
    std::string_view const exact(text->data(), text->size());
    return type == field_type::email ? folded(exact) : std::string(exact);
  }
  std::string key;
  wire::append_json(key, value);
  return key;
}

}  // namespace uploadproto::reference
