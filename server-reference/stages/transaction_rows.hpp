// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_STAGES_TRANSACTION_ROWS_HPP
#define UPLOADPROTO_REFERENCE_STAGES_TRANSACTION_ROWS_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ingest/csv_parser.hpp"
#include "stages/calendar_date.hpp"
#include "stages/exact_amount.hpp"

namespace uploadproto::reference {

/// Columns that a bank statement may have (UP-P3), in the order of the table of their names.
enum class transaction_column : unsigned char { date, amount, debit, credit, description, vendor, reference };
inline constexpr std::size_t transaction_column_count = 7;

/// Which column of the file is what, from the header.
class transaction_columns {
 public:
  /// \throws input_error `missing_column` without a date, a description, or an amount (or debit and credit):
  ///         names what is missing and what was found; or where a column that is needed stands twice.
  static transaction_columns read(csv_row const& header);

  bool has(transaction_column c) const noexcept { return index_[static_cast<std::size_t>(c)].has_value(); }

  /// The cell, surrounding white space removed; "" where the file has no such column.
  std::string_view get(csv_row const& row, transaction_column c) const noexcept;

 private:
  std::array<std::optional<std::size_t>, transaction_column_count> index_{};
};

/// One transaction. Its texts are views into the row it was read from.
struct transaction {
  std::uint64_t row = 0;  ///< the header is 1
  date_reading date;
  std::int64_t amount = 0;  ///< in ten-thousandths; money that goes out is negative
  std::string_view description, vendor, reference;
};

/// Reads the rows of one statement. What a single date or amount leaves open (`03/04/2024`, `1,234`) is
/// decided by the others: look at all rows first, then read them.
class transaction_reader {
 public:
  explicit transaction_reader(transaction_columns columns) : columns_(columns) {}

  /// Notes how this row writes dates and amounts.
  void look_at(csv_row const& row) noexcept;

  /// \return what is wrong with the row, a sentence that begins with its number; "" for a good one.
  std::string read(csv_row const& row, transaction& out) const;

 private:
  amount_reading read_amount_of(csv_row const& row) const noexcept;

  transaction_columns columns_;
  day_order order_ = day_order::unknown;
  decimal_mark mark_ = decimal_mark::unknown;
};

}  // namespace uploadproto::reference

#endif
