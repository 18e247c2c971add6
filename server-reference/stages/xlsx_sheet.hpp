// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_STAGES_XLSX_SHEET_HPP
#define UPLOADPROTO_REFERENCE_STAGES_XLSX_SHEET_HPP

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "stages/deflated_file.hpp"

namespace uploadproto::reference {

/// Looks of a cell; the values are indices into the workbook's styles (`xlsx_workbook.cpp`).
enum class cell_style : unsigned char { general, header, title, heading, count, digits, good, bad, warning };

/// What a person is shown who selects a cell of a column, in the first thousand rows below the header.
struct column_hint {
  std::string title;                 ///< at most 32 characters are shown
  std::string text;                  ///< at most 255 characters are shown
  std::vector<std::string> choices;  ///< offered as a list; without commas and quotes
};

/// What a sheet has besides its cells.
struct sheet_layout {
  bool table = true;                 ///< row 1 is a header: frozen, with filters
  bool first = false;                ///< the sheet that is shown when the workbook is opened
  std::vector<column_hint> hints{};  ///< by column
};

/// Writes the XML of one worksheet as a stream, row by row from the top: constant memory. Columns get the
/// width of what stands in the first rows.
class xlsx_sheet {
 public:
  /// \throws report_error, like every member that writes.
  xlsx_sheet(std::string name, sheet_layout layout, std::filesystem::path const& directory, int compression);

  void begin_row();
  void end_row();

  /// Cells of the row from left to right. A text is a string cell and nothing else, see `danger_of`.
  void text(std::string_view value, cell_style style = cell_style::general);
  void number(std::uint64_t value, cell_style style = cell_style::general);
  /// A number that is written already, in decimal notation, perhaps with an exponent.
  void decimal(std::string_view digits, cell_style style = cell_style::general);
  void boolean(bool value);
  void skip() noexcept { ++column_; }

  /// No more rows.
  void finish();

  std::string const& name() const noexcept { return name_; }
  sheet_layout const& layout() const noexcept { return layout_; }
  std::uint32_t rows() const noexcept { return row_; }
  std::uint32_t columns() const noexcept { return widest_; }
  deflated_file const& part() const noexcept { return part_; }

 private:
  void open_cell(unsigned style);
  void widen(std::size_t characters);
  void flush();
  void write_head();
  void append_hints();

  std::string name_;
  sheet_layout layout_;
  deflated_file part_;
  std::string xml_;
  std::vector<std::size_t> widths_;  // characters, of the first rows
  bool head_written_ = false;
  std::uint32_t row_ = 0;
  std::uint32_t column_ = 0;
  std::uint32_t widest_ = 0;
  char row_digits_[12] = {};
  std::size_t row_digits_size_ = 0;
};

/// `A1:L100` and such.
std::string cell_range(std::uint32_t columns, std::uint32_t rows, bool absolute);

}  // namespace uploadproto::reference

#endif
