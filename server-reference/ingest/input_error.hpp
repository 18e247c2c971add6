// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_INGEST_INPUT_ERROR_HPP
#define UPLOADPROTO_REFERENCE_INGEST_INPUT_ERROR_HPP

#include <stdexcept>
#include <string>

namespace uploadproto::reference {

/// Why an uploaded file cannot be worked on. The kind is for programs, the sentence (`what()`) for the user
/// (BU-P1).
enum class input_problem {
  unreadable,      ///< the file cannot be opened or read here: our trouble, not the user's
  no_space,        ///< the disk is full: nothing is wrong with the file
  empty_file,      ///< zero bytes
  not_a_zip,       ///< neither a zip archive nor anything else that we name
  encrypted,       ///< a workbook (or an archive) behind a password
  old_format,      ///< .xls or .xlsb: a workbook, but not an .xlsx one
  not_a_workbook,  ///< an archive without a workbook in it
  no_worksheet,    ///< a workbook whose sheets are all something else than worksheets
  damaged,         ///< says one thing and holds another: sizes, checksums, XML, references
  bomb,            ///< unpacks to far more than it pretends to be
  forbidden_xml,   ///< a document type or entity declaration: no workbook has one
  too_large,       ///< beyond a limit: rows, columns, text, shared strings
  no_header,       ///< row 1 is empty
  missing_column,  ///< row 1 has no `ID Number`, or has it twice
  no_rows,         ///< nothing below the header
  not_text,        ///< a text file that has NUL bytes or is not in its encoding
  unclosed_quote,  ///< a quoted field of a CSV file that never ends
  cancelled,       ///< the caller asked to stop
};

/// Thrown by everything in ingest/. `what()` is one sentence in the user's words, fit for
/// `bulk_upload_failed.error`.
class input_error : public std::runtime_error {
 public:
  input_error(input_problem problem, std::string const& sentence)
      : std::runtime_error(sentence), problem_(problem) {}

  input_problem problem() const noexcept { return problem_; }

 private:
  input_problem problem_;
};

}  // namespace uploadproto::reference

#endif
