// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_INGEST_CSV_PARSER_HPP
#define UPLOADPROTO_REFERENCE_INGEST_CSV_PARSER_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/input_error.hpp"
#include "ingest/row.hpp"
#include "ingest/text_decoder.hpp"

namespace uploadproto::reference {

/// What a CSV file may cost. Memory is bounded by `max_line_bytes`, whatever the file holds.
struct csv_limits {
  std::uint32_t max_columns = 100;         ///< of the header; of other rows no more are kept
  std::uint64_t max_rows = 1'000'000;      ///< rows with text below the header
  std::size_t max_field_bytes = 64 << 10;  ///< one field, in UTF-8
  std::size_t max_line_bytes = 1 << 20;    ///< one row, quotes and line breaks included
};

struct csv_options {
  char delimiter = '\0';  ///< NUL: found out from the first rows (`,` `;` tab `|`). No quote, no line break
  std::string encoding;   ///< as text_decoder takes it; "" is UTF-8
  csv_limits limits;
};

/// Why a CSV file is refused, and where.
class csv_error : public input_error {
 public:
  csv_error(input_problem problem, std::uint64_t row, std::uint32_t column, std::string const& sentence)
      : input_error(problem, sentence), row_(row), column_(column) {}

  std::uint64_t row() const noexcept { return row_; }        ///< the header is 1
  std::uint32_t column() const noexcept { return column_; }  ///< from 1; 0: the row as a whole

 private:
  std::uint64_t row_;
  std::uint32_t column_;
};

/// One row. Its texts are views into the parser: valid until the parser's next call.
class csv_row {
 public:
  /// As a spreadsheet shows it beside the row: the header is 1, rows without text are counted.
  std::uint64_t number() const noexcept { return number_; }

  /// Fields that the row has, the empty ones included.
  std::size_t size() const noexcept { return slots_.size(); }

  /// The field without its quotes, "" beyond the last one.
  std::string_view operator[](std::size_t column) const noexcept {
    if (column >= slots_.size()) return {};
    return {text_ + slots_[column].begin, slots_[column].end - slots_[column].begin};
  }

  /// What is wrong with this row alone, as a sentence that begins with its number: more or fewer columns than
  /// the header, text behind a closing quote. "" for a good row. The rows behind it can be read.
  std::string const& problem() const noexcept { return problem_; }

 private:
  friend class csv_parser;
  struct slot {
    std::uint32_t begin, end;
  };

  std::uint64_t number_ = 0;
  char const* text_ = nullptr;
  std::vector<slot> slots_;
  std::string problem_;
};

/// The same row as the workbook reader would give it.
void assign(row& to, csv_row const& from);

/// CSV (RFC 4180) as a push parser: bytes in pieces of any size, rows out. No file, no clock, no thread.
///
///     parser.feed(bytes);
///     for (csv_row row; parser.next(row);) …
///     … more bytes, then parser.finish() and the last rows in the same way
///
/// Takes CRLF, LF and CR; line breaks, delimiters and doubled quotes within quotes; blanks around a quoted
/// field; quotes in the middle of an unquoted one (they are text); a first line `sep=;`. Rows without text
/// are skipped and counted. The first row that is given is the header: the others are compared with its
/// width.
class csv_parser {
 public:
  /// \throws input_error `not_text` for an unknown encoding.
  explicit csv_parser(csv_options options = {});

  /// Takes a copy of the next bytes of the file. Rows that were not fetched yet stay and cost memory. What is
  /// no text shows up in `next`, where it stands.
  void feed(std::string_view bytes);

  /// The file ends here.
  void finish();

  /// The next row that holds text; false when it needs more bytes, or the file has ended.
  /// \throws csv_error `not_text`, `unclosed_quote`, `too_large`; the parser must not be used any more.
  bool next(csv_row& out);

  /// Known once the first row was given, NUL before.
  char delimiter() const noexcept { return delimiter_; }

 private:
  enum class place : unsigned char { plain, quoted, quote_in_quoted, behind_quoted };
  enum class step : unsigned char { starved, field, record };

  bool begin();
  void skip_line_feed() noexcept;
  step scan();
  step scan_plain();
  step scan_quoted();
  step scan_behind_quoted();
  step scan_end();
  step end_field(char mark);
  void push_field(std::size_t begin, std::size_t end);
  bool end_row(csv_row& out);
  void check_width();
  void check_sizes(std::size_t begin, std::size_t end) const;
  void note(std::uint32_t column, std::string const& what);
  [[noreturn]] void fail(input_problem problem, std::uint32_t column, std::string const& what) const;

  csv_options options_;
  text_decoder decoder_;
  std::string buffer_;
  std::size_t row_ = 0;    // where the current row begins in the buffer
  std::size_t at_ = 0;     // the next character to look at
  std::size_t field_ = 0;  // where the current field begins, behind its quote
  std::size_t write_ = 0;  // end of a quoted field so far: doubled quotes are taken out in place
  std::vector<csv_row::slot> slots_;
  std::string problem_;
  std::uint64_t number_ = 1;
  std::uint64_t rows_ = 0;     // with text, the header included
  std::uint32_t columns_ = 0;  // of the current row so far
  std::uint32_t width_ = 0;    // columns of the header
  place place_ = place::plain;
  char delimiter_ = '\0';
  bool after_cr_ = false;
  bool ended_ = false;    // no more bytes: the file has ended, or
  bool corrupt_ = false;  // the decoder has stopped
};

}  // namespace uploadproto::reference

#endif
