// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// The layout is that of PKWARE's APPNOTE.TXT, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.14
// to 4.3.16 (end).
#include "stages/zip_writer.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "stages/report_writer.hpp"

namespace uploadproto::reference {
namespace {

constexpr std::uint64_t limit_16 = 0xFFFF;
constexpr std::uint64_t limit_32 = 0xFFFF'FFFF;  // where this stands, the value stands in a zip64 field
constexpr std::uint16_t stored = 0;
constexpr std::uint16_t plain_version = 20;
constexpr std::uint16_t zip64_version = 45;
constexpr std::uint16_t zip64_field = 1;
constexpr std::uint16_t utf8_names = 0x0800;
constexpr std::uint16_t first_date = 0x0021;  // 1980-01-01: the same rows make the same bytes

void put(std::string& out, std::uint64_t value, int bytes) {
  for (; bytes > 0; --bytes, value >>= 8) out += static_cast<char>(value & 0xFF);
}

std::uint64_t capped(std::uint64_t value) {
  return std::min(value, limit_32);
}

}  // namespace

zip_writer::zip_writer(std::filesystem::path path) : path_(std::move(path)), part_(path_) {
  part_ += ".part";
  file_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (file_ < 0) throw_report_error(errno, "opening " + part_.filename().string());
}

zip_writer::~zip_writer() {
  if (file_ < 0) return;
  ::close(file_);
  ::unlink(part_.c_str());
}

void zip_writer::write(std::string_view bytes) {
  write_fully(file_, bytes);
  written_ += bytes.size();
}

// The part's own header, and its line in the directory.
void zip_writer::begin(entry const& e) {
  std::string sizes;
  if (e.packed >= limit_32 || e.unpacked >= limit_32) {
    put(sizes, e.unpacked, 8);
    put(sizes, e.packed, 8);
  }
  auto const common = [&](std::string& out, std::string const& zip64) {
    put(out, zip64.empty() ? plain_version : zip64_version, 2);
    put(out, utf8_names, 2);
    put(out, e.method, 2);
    put(out, 0, 2);
    put(out, first_date, 2);
    put(out, e.crc, 4);
    put(out, sizes.empty() ? e.packed : limit_32, 4);
    put(out, sizes.empty() ? e.unpacked : limit_32, 4);
    put(out, e.name.size(), 2);
    put(out, zip64.empty() ? 0 : zip64.size() + 4, 2);
  };
  auto const tail = [&](std::string& out, std::string const& zip64) {
    out += e.name;
    if (zip64.empty()) return;
    put(out, zip64_field, 2);
    put(out, zip64.size(), 2);
    out += zip64;
  };

  std::uint64_t const offset = written_;
  std::string header = "PK\x03\x04";
  common(header, sizes);
  tail(header, sizes);
  write(header);

  std::string listed = sizes;
  if (offset >= limit_32) put(listed, offset, 8);
  directory_ += "PK\x01\x02";
  put(directory_, zip64_version, 2);
  common(directory_, listed);
  put(directory_, 0, 2 + 2 + 2 + 4);  // no comment, disk 0, no attributes
  put(directory_, capped(offset), 4);
  tail(directory_, listed);
  ++entries_;
}

void zip_writer::add(std::string_view name, std::string_view bytes) {
  auto const crc = crc32(crc32(0, nullptr, 0), reinterpret_cast<Bytef const*>(bytes.data()),
                         static_cast<uInt>(bytes.size()));
  begin({name, stored, static_cast<std::uint32_t>(crc), bytes.size(), bytes.size()});
  write(bytes);
}

void zip_writer::add(std::string_view name, deflated_file const& part, std::function<bool()> const& stop) {
  begin({name, Z_DEFLATED, part.crc(), part.packed(), part.unpacked()});
  std::array<char, 64 * 1024> buffer;
  std::uint64_t offset = 0;
  while (std::size_t const n = part.read(offset, buffer)) {
    if (stop && stop())
      throw report_error(report_error::kind::cancelled, "The writing of the report was cancelled.");
    write({buffer.data(), n});
    offset += n;
  }
}

void zip_writer::write_end() {
  std::uint64_t const begin_of_directory = written_;
  std::uint64_t const size = directory_.size();
  write(directory_);
  std::string end;
  if (begin_of_directory + size >= limit_32 || entries_ >= limit_16) {
    std::uint64_t const here = written_;
    end += "PK\x06\x06";
    put(end, 44, 8);  // what follows of this record
    put(end, zip64_version, 2);
    put(end, zip64_version, 2);
    put(end, 0, 4 + 4);
    put(end, entries_, 8);
    put(end, entries_, 8);
    put(end, size, 8);
    put(end, begin_of_directory, 8);
    end += "PK\x06\x07";
    put(end, 0, 4);
    put(end, here, 8);
    put(end, 1, 4);
  }
  end += "PK\x05\x06";
  put(end, 0, 2 + 2);
  put(end, std::min(entries_, limit_16), 2);
  put(end, std::min(entries_, limit_16), 2);
  put(end, capped(size), 4);
  put(end, capped(begin_of_directory), 4);
  put(end, 0, 2);
  write(end);
}

void zip_writer::finish() {
  write_end();
  if (::fsync(file_) != 0) throw_report_error(errno, "syncing");
  if (::rename(part_.c_str(), path_.c_str()) != 0) throw_report_error(errno, "renaming");
  ::close(std::exchange(file_, -1));

  // The name is safe only when its directory is.
  std::filesystem::path const directory = path_.has_parent_path() ? path_.parent_path() : ".";
  int const folder = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) throw_report_error(errno, "syncing the directory");
  int const synced = ::fsync(folder);
  int const error = errno;
  ::close(folder);
  if (synced != 0) throw_report_error(error, "syncing the directory");
}

}  // namespace uploadproto::reference
