// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_STAGES_CALENDAR_DATE_HPP
#define UPLOADPROTO_REFERENCE_STAGES_CALENDAR_DATE_HPP

#include <array>
#include <string_view>

namespace uploadproto::reference {

/// Which of two numbers is the day (`03/04/2024`). A bank uses one order throughout a file.
enum class day_order : unsigned char { unknown, day_first, month_first };

/// A day of the years 1900 to 2199, or what is wrong with the text: a clause that completes "The date … ", ""
/// for a good one.
struct date_reading {
  std::array<char, 10> iso{};  ///< `2024-02-29`
  std::string_view problem;

  std::string_view text() const noexcept { return {iso.data(), iso.size()}; }
};

/// Reads a date as banks write them (UP-P3): `2024-01-31`, `20240131`, `31/01/2024`, `01/31/2024`, `31.1.24`,
/// `31 Jan 2024`, `Jan 31, 2024`, each perhaps followed by a time, which is dropped. Two digits of a year are
/// 1970 to 2069.
/// \param order  of numbers that could be either; `unknown` is taken as `day_first`.
date_reading read_date(std::string_view text, day_order order) noexcept;

/// What this one text says about the file's order.
day_order evident_day_order(std::string_view text) noexcept;

}  // namespace uploadproto::reference

#endif
