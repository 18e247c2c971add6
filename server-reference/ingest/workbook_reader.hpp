// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_INGEST_WORKBOOK_READER_HPP
#define UPLOADPROTO_REFERENCE_INGEST_WORKBOOK_READER_HPP

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "ingest/input_error.hpp"
#include "ingest/row.hpp"

namespace uploadproto::reference {

/// What a workbook may cost. Time is bounded by `max_unpacked_bytes`, memory by the others; none of them
/// depends on what the file says about itself.
struct workbook_limits {
  std::uint64_t max_entries = 4096;                  ///< parts in the archive
  std::uint64_t max_unpacked_bytes = 1024ull << 20;  ///< all parts together, as declared and as read
  std::uint64_t max_ratio = 200;                  ///< unpacked : packed, of a part beyond `ratio_free_bytes`
  std::uint64_t ratio_free_bytes = 32ull << 20;   ///< parts up to this size may compress as well as they like
  std::uint32_t max_rows = 1'048'576;             ///< highest row number; Excel's own bound
  std::uint32_t max_columns = 16'384;             ///< Excel's own bound (XFD)
  std::size_t max_cell_bytes = 4 * 32'767;        ///< Excel's 32,767 characters, in UTF-8
  std::size_t max_row_bytes = 1u << 20;           ///< text of one row
  std::uint32_t max_shared_strings = 20'000'000;  ///< entries of the string table
  std::size_t shared_strings_in_memory =
      24u << 20;                          ///< bytes of the string table kept in memory; more is spilled
  std::size_t max_styles = 65'536;        ///< cell formats and number formats
  std::size_t max_xml_depth = 64;         ///< nesting of elements
  std::size_t max_xml_memory = 4u << 20;  ///< what the XML parser may hold at any time
};

/// True when the work should stop. Asked every few dozen kilobytes of XML; must not throw and be cheap.
using stop_requested = std::function<bool()>;

/// Reads the first worksheet of an .xlsx workbook (BU-P1), row by row, in bounded memory.
///
/// Cells come as the text that a person would copy: shared and inline strings (runs joined, phonetic hints
/// left out), numbers as Excel shows them in a General cell but with integers of up to 15 digits in full,
/// dates in ISO 8601
/// (`2024-02-29`, `2024-02-29T13:45:00`, `13:45:00`) where the cell's number format says that it is one, TRUE
/// and FALSE, error codes, cached results of formulas. Rows without text are skipped and counted.
///
/// Not thread-safe. Movable. Every failure is an `input_error` with the sentence for the user; after one the
/// reader must not be used. The file is read from disk as rows are asked for and must stay there.
class workbook_reader {
 public:
  /// Opens the workbook and reads what comes before the rows: parts list, styles, string table (spilled to an
  /// unnamed temporary file in `spill_directory`, by default the system's, when it is large).
  static workbook_reader open(std::filesystem::path const& file, workbook_limits const& limits = {},
                              stop_requested stop = {}, std::filesystem::path const& spill_directory = {});

  workbook_reader(workbook_reader&&) noexcept;
  workbook_reader& operator=(workbook_reader&&) noexcept;
  ~workbook_reader();

  /// The next row that holds text; false at the end of the sheet.
  bool next(row& out);

  /// Name of the worksheet, as on its tab.
  std::string const& sheet_name() const noexcept;

  /// Progress of the reading: XML bytes of string table and sheet, read so far and in all. `total` is a claim
  /// of the file, so `bytes_read() <= total()` holds but says nothing exact.
  std::uint64_t bytes_read() const noexcept;
  std::uint64_t total() const noexcept;

  struct state;  ///< internal

 private:
  explicit workbook_reader(std::unique_ptr<state>) noexcept;

  std::unique_ptr<state> state_;
};

}  // namespace uploadproto::reference

#endif
