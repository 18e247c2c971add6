// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "stages/deflated_file.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <new>
#include <string>
#include <system_error>

#include "stages/report_writer.hpp"

namespace uploadproto::reference {
namespace {

constexpr std::size_t out_size = 64 * 1024;

int unnamed_file(std::filesystem::path const& directory) {
  std::string name = (directory / ".sheet.XXXXXX").string();
  int const file = ::mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) throw_report_error(errno, "opening a temporary file");
  ::unlink(name.c_str());
  return file;
}

}  // namespace

void throw_report_error(int error_number, std::string_view doing) {
  bool const full = error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG;
  throw report_error(full ? report_error::kind::no_space : report_error::kind::io,
                     full ? "The disk is full: the report could not be written."
                          : "The report could not be written: " + std::string(doing) + " failed (" +
                                std::generic_category().message(error_number) + ").");
}

void write_fully(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t const n = ::write(file, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw_report_error(n < 0 ? errno : ENOSPC, "writing");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void deflated_file::closer::operator()(z_stream_s* stream) const noexcept {
  deflateEnd(stream);
  delete stream;
}

deflated_file::deflated_file(std::filesystem::path const& directory, int level)
    : stream_(new z_stream_s{}), out_(out_size) {
  // Negative window bits: bare deflate, as archives hold it.
  if (deflateInit2(stream_.get(), std::clamp(level, 0, 9), Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
  crc_ = static_cast<std::uint32_t>(crc32(0, nullptr, 0));
  file_ = unnamed_file(directory);
}

deflated_file::~deflated_file() {
  if (file_ >= 0) ::close(file_);
}

void deflated_file::write(std::string_view bytes) {
  constexpr std::size_t most = std::numeric_limits<unsigned>::max() / 2;
  while (!bytes.empty()) {
    std::string_view const piece = bytes.substr(0, most);
    unpacked_ += piece.size();
    crc_ = static_cast<std::uint32_t>(
        crc32(crc_, reinterpret_cast<Bytef const*>(piece.data()), static_cast<uInt>(piece.size())));
    deflate_all(piece, Z_NO_FLUSH);
    bytes.remove_prefix(piece.size());
  }
}

void deflated_file::finish() {
  deflate_all({}, Z_FINISH);
  stream_.reset();
  out_ = {};
}

void deflated_file::deflate_all(std::string_view bytes, int flush) {
  stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream_->avail_in = static_cast<uInt>(bytes.size());
  do {
    stream_->next_out = reinterpret_cast<Bytef*>(out_.data());
    stream_->avail_out = static_cast<uInt>(out_.size());
    deflate(stream_.get(), flush);
    std::size_t const made = out_.size() - stream_->avail_out;
    write_fully(file_, {out_.data(), made});
    packed_ += made;
  } while (stream_->avail_out == 0);
}

std::size_t deflated_file::read(std::uint64_t offset, std::span<char> buffer) const {
  for (;;) {
    ssize_t const n = ::pread(file_, buffer.data(), buffer.size(), static_cast<off_t>(offset));
    if (n >= 0) return static_cast<std::size_t>(n);
    if (errno != EINTR) throw_report_error(errno, "reading a temporary file");
  }
}

}  // namespace uploadproto::reference
