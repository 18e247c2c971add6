// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_STAGES_EXACT_AMOUNT_HPP
#define UPLOADPROTO_REFERENCE_STAGES_EXACT_AMOUNT_HPP

#include <cstdint>
#include <string>
#include <string_view>

namespace uploadproto::reference {

/// Money is counted in ten-thousandths, in integers: 12.34 is 123400 (UP-P4: never binary floating point).
inline constexpr int amount_decimals = 4;
inline constexpr std::int64_t amount_unit = 10'000;

/// Which character stands before the decimals. A bank uses one of them throughout a file.
enum class decimal_mark : char { unknown = '\0', point = '.', comma = ',' };

/// An amount, or what is wrong with the text: a clause that completes "The amount … ", "" for a good one.
struct amount_reading {
  std::int64_t units = 0;
  std::string_view problem;
};

/// Reads an amount as banks write them (UP-P3): `1,234.56`, `1.234,56`, `1 234,56`, `1'234.56`, `(12.00)`,
/// `-12.00`, `12.00-`, `12.00 DR`, with a currency sign or code on either side.
///
/// Both marks in one text: the last one is the decimal mark. One mark before exactly three digits is that of
/// thousands unless it is `mark` (`1.234`); before any other number of digits it is the decimal mark. At most
/// four decimals and fourteen digits before them.
amount_reading read_amount(std::string_view text, decimal_mark mark) noexcept;

/// What this one text says about the file's decimal mark.
decimal_mark evident_decimal_mark(std::string_view text) noexcept;

/// `-1234.50`: two decimals, or as many as it needs.
std::string decimal_text(std::int64_t units);

}  // namespace uploadproto::reference

#endif
