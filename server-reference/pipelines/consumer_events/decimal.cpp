// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/consumer_events/decimal.hpp"

#include <charconv>

namespace uploadproto::reference {
namespace {

std::string_view take_digits(std::string_view& text) {
  auto const digits = text.substr(0, text.find_first_not_of("0123456789"));
  text.remove_prefix(digits.size());
  return digits;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

/** Behind the `e`; beyond what can matter it is cut to a thousand. */
std::optional<int> take_exponent(std::string_view& text) {
  bool const negative = !text.empty() && text.front() == '-';
  take(text, "+-");
  auto const digits = take_digits(text);
  if (digits.empty()) return std::nullopt;
  int exponent = 0;
  auto const parsed = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  if (parsed.ec != std::errc{} || exponent > 1000) exponent = 1000;
  return negative ? -exponent : exponent;
}

}  // namespace

std::optional<decimal> parse_decimal(std::string_view text) {
  decimal d;
  d.negative = !text.empty() && text.front() == '-';
  take(text, "+-");
  d.whole = take_digits(text);
  if (take(text, ".")) d.fraction = take_digits(text);
  if (d.whole.empty() && d.fraction.empty()) return std::nullopt;
  int exponent = 0;
  if (take(text, "eE")) {
    auto const found = take_exponent(text);
    if (!found) return std::nullopt;
    exponent = *found;
  }
  if (!text.empty()) return std::nullopt;

  if (exponent > 0) {
    auto const moved = static_cast<std::size_t>(exponent);
    if (d.fraction.size() < moved) d.fraction.resize(moved, '0');
    d.whole += d.fraction.substr(0, moved);
    d.fraction.erase(0, moved);
  } else if (exponent < 0) {
    auto const moved = static_cast<std::size_t>(-exponent);
    if (d.whole.size() < moved) d.whole.insert(0, moved - d.whole.size(), '0');
    d.fraction.insert(0, d.whole.substr(d.whole.size() - moved));
    d.whole.resize(d.whole.size() - moved);
  }
  d.whole.erase(0, d.whole.find_first_not_of('0'));
  if (d.whole.empty()) d.whole = "0";
  if (d.whole.size() > most_whole_digits || d.fraction.size() > most_fraction_digits) return std::nullopt;
  if (d.is_zero()) d.negative = false;
  return d;
}

std::string to_string(decimal const& d) {
  return (d.negative ? "-" : "") + d.whole + (d.fraction.empty() ? "" : "." + d.fraction);
}

}  // namespace uploadproto::reference
