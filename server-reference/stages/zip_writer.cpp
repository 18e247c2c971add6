// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "stages/zip_writer.hpp"

#include <fcntl.h>
#include <minizip/zip.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <utility>

#include "stages/report_writer.hpp"

namespace uploadproto::reference {

// The file under the archive. The archive's library knows only "failed", so the first error number is kept
// here.
struct zip_writer::output {
  std::filesystem::path path;
  std::filesystem::path part;
  int file = -1;
  int error = 0;

  static uLong write(voidpf self, voidpf, void const* bytes, uLong size) {
    auto& o = *static_cast<output*>(self);
    char const* at = static_cast<char const*>(bytes);
    uLong put = 0;
    while (put < size) {
      ssize_t const n = ::write(o.file, at + put, size - put);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) {
        if (o.error == 0) o.error = n < 0 ? errno : ENOSPC;
        break;
      }
      put += static_cast<uLong>(n);
    }
    return put;
  }

  static uLong read(voidpf self, voidpf, void* bytes, uLong size) {
    ssize_t const n = ::read(static_cast<output*>(self)->file, bytes, size);
    return n < 0 ? 0 : static_cast<uLong>(n);
  }

  static ZPOS64_T tell(voidpf self, voidpf) {
    return static_cast<ZPOS64_T>(::lseek(static_cast<output*>(self)->file, 0, SEEK_CUR));
  }

  static long seek(voidpf self, voidpf, ZPOS64_T offset, int origin) {
    return ::lseek(static_cast<output*>(self)->file, static_cast<off_t>(offset), origin) < 0 ? -1 : 0;
  }

  static voidpf open(voidpf self, void const*, int) { return self; }
  static int close(voidpf, voidpf) { return 0; }
  static int failed(voidpf self, voidpf) { return static_cast<output*>(self)->error; }
};

zip_writer::zip_writer(std::filesystem::path path) : output_(std::make_unique<output>()) {
  output_->path = std::move(path);
  output_->part = output_->path;
  output_->part += ".part";
  output_->file = ::open(output_->part.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (output_->file < 0) throw_report_error(errno, "opening " + output_->part.filename().string());
  zlib_filefunc64_def functions{};
  functions.zopen64_file = output::open;
  functions.zread_file = output::read;
  functions.zwrite_file = output::write;
  functions.ztell64_file = output::tell;
  functions.zseek64_file = output::seek;
  functions.zclose_file = output::close;
  functions.zerror_file = output::failed;
  functions.opaque = output_.get();
  zip_ = zipOpen2_64(output_->part.c_str(), APPEND_STATUS_CREATE, nullptr, &functions);
  if (!zip_) throw_report_error(EIO, "opening the archive");
}

zip_writer::~zip_writer() {
  if (zip_) zipClose(zip_, nullptr);
  if (output_->file >= 0) {
    ::close(output_->file);
    ::unlink(output_->part.c_str());
  }
}

void zip_writer::check(int code, std::string_view doing) {
  if (code != ZIP_OK || output_->error != 0) throw_report_error(output_->error ? output_->error : EIO, doing);
}

namespace {

// 1980-01-01, the earliest day that archives know: the same rows make the same bytes.
zip_fileinfo no_time() {
  zip_fileinfo info{};
  info.tmz_date.tm_year = 1980;
  info.tmz_date.tm_mday = 1;
  return info;
}

}  // namespace

void zip_writer::add(std::string const& name, std::string_view bytes) {
  zip_fileinfo const info = no_time();
  check(zipOpenNewFileInZip64(zip_, name.c_str(), &info, nullptr, 0, nullptr, 0, nullptr, Z_DEFLATED,
                              Z_DEFAULT_COMPRESSION, 0),
        "adding " + name);
  check(zipWriteInFileInZip(zip_, bytes.data(), static_cast<unsigned>(bytes.size())), "adding " + name);
  check(zipCloseFileInZip(zip_), "adding " + name);
}

void zip_writer::add(std::string const& name, deflated_file const& part, std::function<bool()> const& stop) {
  constexpr std::uint64_t limit_32 = 0xFFFF'FFFF;
  int const zip64 = part.unpacked() >= limit_32 || part.packed() >= limit_32 ? 1 : 0;
  zip_fileinfo const info = no_time();
  check(zipOpenNewFileInZip2_64(zip_, name.c_str(), &info, nullptr, 0, nullptr, 0, nullptr, Z_DEFLATED,
                                Z_DEFAULT_COMPRESSION, 1, zip64),
        "adding " + name);
  std::array<char, 64 * 1024> buffer;
  std::uint64_t offset = 0;
  while (std::size_t const n = part.read(offset, buffer)) {
    if (stop && stop())
      throw report_error(report_error::kind::cancelled, "The writing of the report was cancelled.");
    check(zipWriteInFileInZip(zip_, buffer.data(), static_cast<unsigned>(n)), "adding " + name);
    offset += n;
  }
  check(zipCloseFileInZipRaw64(zip_, part.unpacked(), part.crc()), "adding " + name);
}

void zip_writer::finish() {
  check(zipClose(std::exchange(zip_, nullptr), nullptr), "closing the archive");
  if (::fsync(output_->file) != 0) throw_report_error(errno, "syncing");
  if (::rename(output_->part.c_str(), output_->path.c_str()) != 0) throw_report_error(errno, "renaming");
  ::close(std::exchange(output_->file, -1));

  // The name is safe only when its directory is.
  std::filesystem::path const directory = output_->path.has_parent_path() ? output_->path.parent_path() : ".";
  int const folder = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) throw_report_error(errno, "syncing the directory");
  int const synced = ::fsync(folder);
  int const error = errno;
  ::close(folder);
  if (synced != 0) throw_report_error(error, "syncing the directory");
}

}  // namespace uploadproto::reference
