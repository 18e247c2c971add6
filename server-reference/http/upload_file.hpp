// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_UPLOAD_FILE_HPP
#define UPLOADPROTO_REFERENCE_HTTP_UPLOAD_FILE_HPP

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace uploadproto::reference::http {

/** A file that comes in. Gone again, whatever happens, unless released.

    All members block on the disk and throw std::system_error; a full disk is recognised by is_disk_full(). */
class upload_file {
 public:
  /** Makes an empty file of a random name, readable by this user alone. */
  explicit upload_file(std::filesystem::path const& directory);
  ~upload_file();
  upload_file(upload_file const&) = delete;
  upload_file& operator=(upload_file const&) = delete;

  void write(std::string_view bytes);

  /** Puts contents, name and directory entry on the disk. The file has its final name afterwards. */
  void commit();

  /** Leaves the file to somebody else. */
  void release() noexcept { path_.clear(); }

  std::filesystem::path const& path() const noexcept { return path_; }
  std::uint64_t size() const noexcept { return size_; }

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

/** Whether this is the error of a full disk, of a quota or of a size limit. */
bool is_disk_full(std::error_code const& ec) noexcept;

}  // namespace uploadproto::reference::http

#endif
