// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_INGEST_CSV_READER_HPP
#define UPLOADPROTO_REFERENCE_INGEST_CSV_READER_HPP

#include <cstdint>
#include <filesystem>
#include <memory>

#include "ingest/csv_parser.hpp"
#include "ingest/workbook_reader.hpp"

namespace uploadproto::reference {

/// Reads a CSV file row by row in bounded memory: csv_parser over a file. The first row is the header.
///
/// Not thread-safe. Movable. The file is read from disk as rows are asked for and must stay there.
class csv_reader {
 public:
  /// \param stop  asked every few dozen kilobytes.
  /// \throws input_error `unreadable`, `empty_file`, `not_text` for an unknown encoding.
  static csv_reader open(std::filesystem::path const& file, csv_options options = {},
                         stop_requested stop = {});

  csv_reader(csv_reader&&) noexcept;
  csv_reader& operator=(csv_reader&&) noexcept;
  ~csv_reader();

  /// The next row that holds text; false at the end of the file. Its texts are valid until the next call.
  /// \throws csv_error as csv_parser does; input_error `unreadable`, `cancelled`.
  bool next(csv_row& out);

  /// Known once the first row was given, NUL before.
  char delimiter() const noexcept;

  /// Progress of the reading, in bytes of the file.
  std::uint64_t bytes_read() const noexcept;
  std::uint64_t total() const noexcept;

  struct state;  ///< internal

 private:
  explicit csv_reader(std::unique_ptr<state>) noexcept;

  std::unique_ptr<state> state_;
};

}  // namespace uploadproto::reference

#endif
