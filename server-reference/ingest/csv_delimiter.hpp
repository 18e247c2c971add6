// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_INGEST_CSV_DELIMITER_HPP
#define UPLOADPROTO_REFERENCE_INGEST_CSV_DELIMITER_HPP

#include <array>
#include <cstddef>
#include <string_view>

namespace uploadproto::reference {

/// Delimiters that are looked for, the likeliest first.
inline constexpr std::array<char, 4> csv_delimiters = {',', ';', '\t', '|'};

/// How much of a file's beginning find_csv_delimiter() is worth showing.
inline constexpr std::size_t csv_delimiter_sample = 64 * 1024;

/// The delimiter of a CSV file from its first rows: the one that splits the header in two or more and most of
/// the rows into as many; among equals the one with more columns. `,` where there is none.
/// \param text  UTF-8; may end within a row.
char find_csv_delimiter(std::string_view text) noexcept;

}  // namespace uploadproto::reference

#endif
