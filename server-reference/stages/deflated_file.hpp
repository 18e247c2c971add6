// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_STAGES_DEFLATED_FILE_HPP
#define UPLOADPROTO_REFERENCE_STAGES_DEFLATED_FILE_HPP

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

struct z_stream_s;

namespace uploadproto::reference {

/// A part of a zip archive in the making: bytes go in, are deflated and wait in an unnamed temporary file
/// until the archive takes them. Several parts can so be written side by side in little memory and no more
/// disk than the archive.
class deflated_file {
 public:
  /// \param directory  where the temporary file lies: on the disk of the archive.
  /// \param level      zlib's, 0 to 9.
  /// \throws report_error
  deflated_file(std::filesystem::path const& directory, int level);
  ~deflated_file();
  deflated_file(deflated_file const&) = delete;
  deflated_file& operator=(deflated_file const&) = delete;

  /// Best called with tens of kilobytes.
  /// \throws report_error
  void write(std::string_view bytes);

  /// No more writing.
  /// \throws report_error
  void finish();

  std::uint64_t unpacked() const noexcept { return unpacked_; }
  std::uint64_t packed() const noexcept { return packed_; }
  std::uint32_t crc() const noexcept { return crc_; }

  /// The deflated bytes, from the beginning, after `finish`. 0 at the end.
  /// \throws report_error
  std::size_t read(std::uint64_t offset, std::span<char> buffer) const;

 private:
  struct closer {
    void operator()(z_stream_s* stream) const noexcept;
  };

  void deflate_all(std::string_view bytes, int flush);

  std::unique_ptr<z_stream_s, closer> stream_;
  std::vector<char> out_;
  int file_ = -1;
  std::uint64_t unpacked_ = 0;
  std::uint64_t packed_ = 0;
  std::uint32_t crc_ = 0;
};

/// Throws the `report_error` that an error number means: `no_space` for a full disk or quota, else `io`.
[[noreturn]] void throw_report_error(int error_number, std::string_view doing);

/// Writes all of it.
/// \throws report_error
void write_fully(int file, std::string_view bytes);

}  // namespace uploadproto::reference

#endif
