// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_DECIMAL_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_DECIMAL_HPP

#include <optional>
#include <string>
#include <string_view>

namespace uploadproto::reference {

/** A decimal number exactly as it was given, without ever being a binary fraction (CE-P2). */
struct decimal {
  bool negative = false;  ///< never of zero
  std::string whole;      ///< digits, without zeros in front; "0" at least
  std::string fraction;   ///< digits as they were given: 1.50 keeps its zero

  bool is_whole() const { return fraction.find_first_not_of('0') == std::string::npos; }
  bool is_zero() const { return whole == "0" && is_whole(); }
};

/** Most digits before and behind the point. */
inline constexpr std::size_t most_whole_digits = 20, most_fraction_digits = 20;

/** Reads `12`, `-0.50`, `+3.`, `.5` and, as JSON may have it, `1.5e3`. Empty for anything else, and for what
    takes more digits than the most. */
std::optional<decimal> parse_decimal(std::string_view text);

/** `1.50`: without exponent. */
std::string to_string(decimal const& d);

}  // namespace uploadproto::reference

#endif
