// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_INGEST_FILE_PIECES_HPP
#define UPLOADPROTO_REFERENCE_INGEST_FILE_PIECES_HPP

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

namespace uploadproto::reference {

/// The bytes of a file from front to back, in pieces of at most 128 KiB.
class file_pieces {
 public:
  /// \throws std::system_error
  explicit file_pieces(std::filesystem::path const& file);
  ~file_pieces();
  file_pieces(file_pieces const&) = delete;
  file_pieces& operator=(file_pieces const&) = delete;

  std::uint64_t size() const;

  /// The next piece, valid until the next call; empty at the end. \throws std::system_error
  std::string_view next();

 private:
  int handle_;
  std::vector<char> piece_;
};

}  // namespace uploadproto::reference

#endif
