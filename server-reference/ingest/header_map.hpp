// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_INGEST_HEADER_MAP_HPP
#define UPLOADPROTO_REFERENCE_INGEST_HEADER_MAP_HPP

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/input_error.hpp"
#include "ingest/row.hpp"
#include "ingest/workbook_reader.hpp"

namespace uploadproto::reference {

/// Columns of a membership list that the pipeline knows. The order is that of `known_columns()`.
enum class column : unsigned char {
  id_number,
  first_name,
  surname,
  cell_number,
  email,
  province,
  municipality,
  ward,
  voting_district,
  date_of_birth,
  gender,
  race,
  language,
  citizenship,
  residential_address,
  postal_address,
  landline,
  occupation,
  membership_number,
  membership_type,
  date_joined,
  expiry_date,
  last_payment,
  subscription,
  branch,
  status,
};
inline constexpr std::size_t column_count = static_cast<std::size_t>(column::status) + 1;

/// One line of the table of known columns.
struct column_definition {
  column id;
  std::string_view key;                       ///< `snake_case`, the member's field in the database
  std::string_view title;                     ///< how messages and samples spell it
  std::span<std::string_view const> aliases;  ///< other header texts, folded as `fold_header` does
};

std::span<column_definition const> known_columns();

/// Trimmed, inner runs of white space as one space, ASCII lower case; no-break spaces and byte order marks
/// count as white space, `_` as a space. Two headers are the same column when they fold to the same text.
std::string fold_header(std::string_view text);

/// Which column of the sheet is what, from the texts of row 1 (BU-P1).
class header_map {
 public:
  /// A column of the sheet, in the sheet's order.
  struct entry {
    std::size_t index;  ///< column of the sheet, A is 0
    std::string title;  ///< trimmed text of the header; never empty
    std::optional<column>
        known;  ///< absent: unknown, or a second column of the same meaning (the first counts)
  };

  /// Columns with a header. Every row costs its columns in the result store and in the report, also the
  /// empty ones, so this is what keeps a sheet that is short, wide and well compressed from becoming
  /// gigabytes.
  static constexpr std::size_t max_columns = 256;

  /// \param header  row 1 of the sheet.
  /// \throws input_error `missing_column` when there is no `ID Number` (names what was found), or two of
  /// them;
  ///         `too_large` beyond `max_columns`.
  static header_map read(row const& header);

  /// Takes the header from a reader that has given no row yet.
  /// \throws input_error `no_rows` for a sheet without any text, `no_header` when row 1 has none, and as
  /// above.
  static header_map read(workbook_reader& reader);

  std::optional<std::size_t> index(column c) const noexcept { return index_[static_cast<std::size_t>(c)]; }
  bool has(column c) const noexcept { return index(c).has_value(); }

  /// The cell of a known column, surrounding white space removed; "" where the sheet has no such column.
  std::string_view get(row const& r, column c) const noexcept;

  /// Every column of the sheet that has a header text, known or not, in order.
  std::span<entry const> entries() const noexcept { return entries_; }

 private:
  std::array<std::optional<std::size_t>, column_count> index_{};
  std::vector<entry> entries_;
};

/// White space at both ends removed (ASCII, no-break space, byte order mark).
std::string_view trim(std::string_view text) noexcept;

}  // namespace uploadproto::reference

#endif
