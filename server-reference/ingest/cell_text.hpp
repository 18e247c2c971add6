// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_INGEST_CELL_TEXT_HPP
#define UPLOADPROTO_REFERENCE_INGEST_CELL_TEXT_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace uploadproto::reference {

/// What a number format shows of a number.
enum class shown_as : unsigned char { number, date, time, date_time, duration };

/// What a format code such as `yyyy-mm-dd` or `[h]:mm` shows, by its first section (ECMA-376 part
/// 1, 18.8.31).
shown_as shown_by_format_code(std::string_view code) noexcept;

/// The same for the formats that every workbook has by number (18.8.30).
shown_as shown_by_builtin_format(unsigned id) noexcept;

/// A stored number as text: integers of up to 15 digits in full (`8.001015009087E12` is `8001015009087`),
/// others with the 15 digits that Excel keeps. What is no number comes back as it is.
void append_number(std::string& out, std::string_view stored);

/// A stored number as a date, time or duration in ISO 8601. Numbers outside Excel's calendar (year 1900 to
/// 9999) come as numbers. Days count from 1900-01-01 with Excel's 1900-02-29, or from 1904-01-01.
void append_date(std::string& out, std::string_view stored, shown_as, bool epoch_1904);

/// Undoes the escapes `_xHHHH_` by which workbooks write characters that XML cannot hold. Control characters
/// other than TAB, LF and CR are dropped, halves of surrogate pairs become U+FFFD.
void decode_escapes(std::string& text);

/// Where a cell stands: `B7` is column 1, row 7.
struct cell_position {
  std::uint32_t column;  ///< from 0
  std::uint32_t row;     ///< from 1
};

/// Reads `B7`. Nothing but letters and digits, at most 3 and 7 of them; the caller checks its own bounds.
std::optional<cell_position> parse_cell_reference(std::string_view text) noexcept;

/// `A`, `B`, … `XFD` of a column from 0.
std::string column_letters(std::uint32_t column);

}  // namespace uploadproto::reference

#endif
