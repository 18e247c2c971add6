// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "storage/spool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "storage/storage_error.hpp"

namespace uploadproto::reference {
namespace {

constexpr std::size_t block = 256 * 1024;
constexpr auto doing = "write a work file";

int open_unnamed(std::filesystem::path const& directory) {
  int file = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  // Not every file system has unnamed files; there the name lives for a moment.
  if (file < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
    auto name = (directory / "spool-XXXXXX").string();
    file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file >= 0) ::unlink(name.c_str());
  }
  if (file < 0) throw_file_error("make a work file in " + directory.string(), errno);
  return file;
}

}  // namespace

spool::spool(std::filesystem::path const& directory) : file_(open_unnamed(directory)) {}

spool::spool(spool&& other) noexcept
    : file_(std::exchange(other.file_, -1)), written_(other.written_), buffer_(std::move(other.buffer_)) {}

spool& spool::operator=(spool&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(written_, other.written_);
  std::swap(buffer_, other.buffer_);
  return *this;
}

spool::~spool() {
  if (file_ >= 0) ::close(file_);
}

void spool::put(std::uint64_t number) {
  while (number >= 0x80) {
    buffer_.push_back(static_cast<char>(number | 0x80));
    number >>= 7;
  }
  buffer_.push_back(static_cast<char>(number));
  if (buffer_.size() >= block) flush();
}

void spool::put(std::string_view text) {
  put(static_cast<std::uint64_t>(text.size()));
  buffer_.append(text);
  if (buffer_.size() >= block) flush();
}

void spool::flush() {
  std::string_view rest(buffer_);
  while (!rest.empty()) {
    auto const n = ::pwrite(file_, rest.data(), rest.size(), static_cast<off_t>(written_));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw_file_error(doing, n < 0 ? errno : ENOSPC);
    written_ += static_cast<std::uint64_t>(n);
    rest.remove_prefix(static_cast<std::size_t>(n));
  }
  buffer_.clear();
}

spool::reader::reader(spool& source) : file_(source.file_) {
  source.flush();
}

void spool::reader::refill(std::size_t wanted) {
  std::memmove(buffer_.data(), buffer_.data() + begin_, held());
  end_ = held();
  begin_ = 0;
  if (buffer_.size() < std::max(wanted, block)) buffer_.resize(std::max(wanted, block));
  while (end_ < wanted) {
    auto const n = ::pread(file_, buffer_.data() + end_, buffer_.size() - end_, static_cast<off_t>(offset_));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_file_error("read a work file", errno);
    if (n == 0) return;
    end_ += static_cast<std::size_t>(n);
    offset_ += static_cast<std::uint64_t>(n);
  }
}

bool spool::reader::at_end() {
  if (held() == 0) refill(1);
  return held() == 0;
}

std::uint64_t spool::reader::number() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (at_end()) throw std::logic_error("A work file ends too early");
    auto const byte = static_cast<unsigned char>(buffer_[begin_++]);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  throw std::logic_error("A work file holds no number where one is expected");
}

std::string_view spool::reader::text() {
  auto const size = static_cast<std::size_t>(number());
  if (held() < size) refill(size);
  if (held() < size) throw std::logic_error("A work file ends too early");
  std::string_view const found(buffer_.data() + begin_, size);
  begin_ += size;
  return found;
}

}  // namespace uploadproto::reference
