// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_TEMPLATES_CELL_VALUE_HPP
#define UPLOADPROTO_REFERENCE_TEMPLATES_CELL_VALUE_HPP

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace uploadproto::reference {

/** What the cells of a template's column hold (FU-P1). */
enum class field_type : unsigned char { string, number, date, boolean, email };

/** `string`, `number`, `date`, `boolean`, `email`. */
std::string_view to_string(field_type type);
std::optional<field_type> field_type_named(std::string_view name);

/** What a user may write, e.g. `a date such as 2024-01-31`. */
std::string_view expected_of(field_type type);

/** A cell's value, or what is wrong with its text: a clause that completes "Field 'Price' …", "" for a good
    one. */
struct cell_reading {
  boost::json::value value;
  std::string problem;
};

/** Reads a cell that is not empty.

    Strings and e-mail addresses come as text, dates as text `2024-01-31`, booleans (`TRUE`, `yes`, `1`, …) as
    such, numbers as an integer where they are one of 64 bits and as the nearest double elsewhere.
    @param text without white space around it */
cell_reading read_cell(field_type type, std::string_view text);

/** Equal for values that a unique column takes for the same: addresses are compared without regard to ASCII
    case, everything else exactly. */
std::string unique_key(field_type type, boost::json::value const& value);

}  // namespace uploadproto::reference

#endif
