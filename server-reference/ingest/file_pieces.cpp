// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "ingest/file_pieces.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace uploadproto::reference {
namespace {

constexpr std::size_t piece_size = 128 * 1024;

[[noreturn]] void unreadable() {
  throw std::system_error(errno, std::generic_category(), "cannot read the stored file");
}

}  // namespace

file_pieces::file_pieces(std::filesystem::path const& file)
    : handle_(::open(file.c_str(), O_RDONLY | O_CLOEXEC)), piece_(piece_size) {
  if (handle_ < 0) unreadable();
}

file_pieces::~file_pieces() {
  ::close(handle_);
}

std::uint64_t file_pieces::size() const {
  struct stat about {};
  if (::fstat(handle_, &about) != 0) unreadable();
  return static_cast<std::uint64_t>(about.st_size);
}

std::string_view file_pieces::next() {
  for (;;) {
    ssize_t const n = ::read(handle_, piece_.data(), piece_.size());
    if (n >= 0) return {piece_.data(), static_cast<std::size_t>(n)};
    if (errno != EINTR) unreadable();
  }
}

}  // namespace uploadproto::reference
