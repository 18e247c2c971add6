// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_INGEST_TABLE_READER_HPP
#define UPLOADPROTO_REFERENCE_INGEST_TABLE_READER_HPP

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "ingest/csv_reader.hpp"
#include "ingest/row.hpp"
#include "ingest/workbook_reader.hpp"

namespace uploadproto::reference {

/// What a file of rows is, by its name.
enum class table_kind : unsigned char { workbook, csv };

/// By `.xlsx` or `.csv` at its end, in any case; nothing for another name.
std::optional<table_kind> table_kind_of(std::string_view file_name) noexcept;

/// Reads the rows of a workbook's first sheet or of a CSV file alike, in bounded memory. The first row that
/// holds text is the header. Rows of white space are skipped and counted. Not thread-safe; movable.
class table_reader {
 public:
  /// \param max_rows  most rows below the header
  /// \param spill_directory  see workbook_reader
  /// \throws input_error  also for a file that is something else than its kind says
  static table_reader open(std::filesystem::path const& file, table_kind kind, std::uint64_t max_rows,
                           stop_requested stop = {}, std::filesystem::path const& spill_directory = {});

  /// The next row that holds more than white space; false at the end of the file.
  /// \throws input_error as the readers do; `too_large` for one row too many
  bool next(row& out);

  /// What is wrong with the row that was given last and with no other: a sentence that begins with its number
  /// (`csv_row::problem`); "" for a good one.
  std::string const& problem() const noexcept { return fields_.problem(); }

 private:
  using reader = std::variant<workbook_reader, csv_reader>;

  table_reader(reader from, std::uint64_t max_rows) : reader_(std::move(from)), max_rows_(max_rows) {}
  bool read(row& out);

  reader reader_;
  std::uint64_t max_rows_;
  std::uint64_t rows_ = 0;  // given, the header included
  csv_row fields_;
};

}  // namespace uploadproto::reference

#endif
