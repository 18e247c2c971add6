// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_INGEST_ZIP_ARCHIVE_HPP
#define UPLOADPROTO_REFERENCE_INGEST_ZIP_ARCHIVE_HPP

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/workbook_reader.hpp"

namespace uploadproto::reference {

/// A zip archive from a stranger. `open` walks the whole list of parts before any is unpacked and refuses
/// what no honest writer makes: more parts, bytes or compression than the limits allow, parts that lie over
/// one another or beyond the file, two parts of one name, encryption. `part_stream` then holds each part to
/// its own claims.
class zip_archive {
 public:
  struct part {
    std::string name;  ///< as listed, `\` read as `/`
    std::uint64_t packed = 0;
    std::uint64_t unpacked = 0;
    std::uint64_t directory_position = 0;
    std::uint64_t directory_index = 0;
    bool readable = false;  ///< stored or deflated
  };

  /// \throws input_error
  zip_archive(std::filesystem::path const& file, workbook_limits const& limits);

  /// By name, ASCII case ignored as the packaging rules of workbooks want it; null when there is none.
  part const* find(std::string_view name) const noexcept;

 private:
  friend class part_stream;
  struct closer {
    void operator()(void* handle) const noexcept;
  };

  void list_parts(workbook_limits const& limits, std::uint64_t file_size);
  void check_places(std::uint64_t file_size);

  std::unique_ptr<void, closer> handle_;
  std::vector<part> parts_;  // sorted by folded name
  std::vector<std::string> folded_;
};

/// Unpacks one part. One at a time for an archive.
class part_stream {
 public:
  /// \throws input_error `damaged` when the part cannot be opened.
  part_stream(zip_archive& archive, zip_archive::part const& part);
  ~part_stream();
  part_stream(part_stream const&) = delete;
  part_stream& operator=(part_stream const&) = delete;

  /// Up to `buffer.size()` bytes, 0 at the end.
  /// \throws input_error `damaged` when the part is shorter than it claims or its checksum is wrong.
  std::size_t read(std::span<char> buffer);

 private:
  void* handle_;
  zip_archive::part const& part_;
  std::uint64_t unpacked_ = 0;
  bool open_ = false;
};

}  // namespace uploadproto::reference

#endif
