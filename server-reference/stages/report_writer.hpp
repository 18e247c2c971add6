// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_STAGES_REPORT_WRITER_HPP
#define UPLOADPROTO_REFERENCE_STAGES_REPORT_WRITER_HPP

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uploadproto::reference {

enum class row_result : unsigned char { valid, invalid_id, duplicate };
enum class registration : unsigned char {
  not_asked,  ///< invalid and duplicate rows
  registered,
  not_registered,
  unknown,  ///< could not be checked (BU-P3): never shown as "not registered"
};
enum class database_action : unsigned char { none, inserted, updated, failed };

/// What became of one row. Views only: the writer keeps nothing of them after `add` returns.
struct report_row {
  std::uint32_t number = 0;  ///< row of the uploaded sheet
  std::span<std::string_view const>
      cells;  ///< uploaded texts, one for each of `report_options::columns`; may be shorter
  row_result result = row_result::valid;
  std::string_view id_number;  ///< 13 digits of a valid number
  std::string_view reason;     ///< why invalid, or of which row it is a duplicate
  registration registered = registration::not_asked;
  std::string_view voter_status, ward_id, vd_number;
  database_action action = database_action::none;
  std::string_view error;  ///< why the check or the database failed
};

struct report_options {
  std::filesystem::path path;        ///< where the report appears once it is whole
  std::vector<std::string> columns;  ///< header texts of the uploaded sheet, unknown ones included
  int compression = 1;               ///< zlib level, 0 to 9
  std::uint32_t max_sheet_rows =
      1'048'576;               ///< rows of one sheet, header included; more go on in `All Rows (2)`
  std::function<bool()> stop;  ///< asked every 1,024 rows; true ends the writing with `cancelled`
  std::function<void(std::uint64_t)> progress;  ///< rows added so far, every 1,024 rows
};

/// Lines of the Summary sheet, label and value; an empty value makes the label a heading.
/// A `std::uint64_t` goes in as a number.
struct summary_line {
  std::string label;
  std::string text;
  std::uint64_t number = 0;
  bool is_number = false;

  static summary_line heading(std::string label) { return {std::move(label), {}, 0, false}; }
  static summary_line of(std::string label, std::string text) {
    return {std::move(label), std::move(text), 0, false};
  }
  static summary_line of(std::string label, std::uint64_t n) { return {std::move(label), {}, n, true}; }
};

/// Why there is no report. `what()` is a sentence.
class report_error : public std::runtime_error {
 public:
  enum class kind { cancelled, no_space, io };
  report_error(kind k, std::string const& sentence) : std::runtime_error(sentence), kind_(k) {}
  kind reason() const noexcept { return kind_; }

 private:
  kind kind_;
};

/// Writes the report workbook (BU-P5): Summary, All Rows, Invalid IDs, Duplicates, Not Registered, New
/// Members, Updated Members, Errors. Rows are pushed once, in the order of the sheet; each goes to All Rows
/// and to the sheets that its outcome names, so no row is held and the result store is walked once. Memory
/// does not grow with rows.
///
/// Every uploaded text is written as a string cell, never as a formula, with the format flag that Excel calls
/// quote prefix where it begins with `= + - @` TAB or CR: no spreadsheet program runs it, and editing the
/// cell does not turn it into a formula. In a CSV export the flag is lost, so such a text also gets an
/// apostrophe in front.
///
/// The file appears under its name whole, synced to disk, or not at all.
class report_writer {
 public:
  /// \throws report_error
  explicit report_writer(report_options options);
  ~report_writer();  ///< without `finish`: nothing is left on disk
  report_writer(report_writer const&) = delete;
  report_writer& operator=(report_writer const&) = delete;

  /// \throws report_error
  void add(report_row const& row);

  /// Writes Summary, packs the sheets, syncs and renames. At most once.
  /// \throws report_error
  void finish(std::span<summary_line const> summary);

  struct state;  ///< internal

 private:
  std::unique_ptr<state> state_;
};

}  // namespace uploadproto::reference

#endif
