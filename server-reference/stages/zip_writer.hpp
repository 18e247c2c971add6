// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_STAGES_ZIP_WRITER_HPP
#define UPLOADPROTO_REFERENCE_STAGES_ZIP_WRITER_HPP

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "stages/deflated_file.hpp"

namespace uploadproto::reference {

/// Writes a zip archive that appears under its name whole and synced, or not at all: it grows as `NAME.part`,
/// which is removed when the writer goes without `finish`, and overwritten by the next one after a crash.
/// Sizes and checksums are known before a part is written, so nothing is ever patched. Parts and archives
/// beyond 4 GiB use zip64.
class zip_writer {
 public:
  /// \throws report_error, like every member.
  explicit zip_writer(std::filesystem::path path);
  ~zip_writer();
  zip_writer(zip_writer const&) = delete;
  zip_writer& operator=(zip_writer const&) = delete;

  /// A small part, stored as it is.
  void add(std::string_view name, std::string_view bytes);

  /// A part that is deflated already.
  /// \param stop  asked before each 64 KiB; true ends with `cancelled`.
  void add(std::string_view name, deflated_file const& part, std::function<bool()> const& stop);

  void finish();

 private:
  struct entry {
    std::string_view name;
    std::uint16_t method;
    std::uint32_t crc;
    std::uint64_t packed, unpacked;
  };

  void begin(entry const& e);
  void write(std::string_view bytes);
  void write_end();

  std::filesystem::path path_;
  std::filesystem::path part_;
  int file_ = -1;
  std::uint64_t written_ = 0;
  std::uint64_t entries_ = 0;
  std::string directory_;
};

}  // namespace uploadproto::reference

#endif
