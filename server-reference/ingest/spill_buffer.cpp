// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "ingest/spill_buffer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include "ingest/input_error.hpp"

namespace uploadproto::reference {
namespace {

constexpr std::size_t cached_pages = 64;

[[noreturn]] void fail(char const* what) {
  int const code = errno;
  bool const full = code == ENOSPC || code == EDQUOT || code == EFBIG;
  throw input_error(full ? input_problem::no_space : input_problem::unreadable,
                    std::string("The server cannot keep the workbook's texts: ") + what + " failed (" +
                        std::generic_category().message(code) + ").");
}

int unnamed_file(std::filesystem::path const& directory) {
  std::string name = (directory / "strings.XXXXXX").string();
  int const file = ::mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) fail("opening a temporary file");
  ::unlink(name.c_str());
  return file;
}

}  // namespace

spill_buffer::spill_buffer(std::size_t budget, std::filesystem::path directory)
    : budget_(budget), directory_(std::move(directory)) {}

spill_buffer::~spill_buffer() {
  if (file_ >= 0) ::close(file_);
}

void spill_buffer::append(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t const used = size_ % page_size;
    if (used == 0) {
      if (!spilled() && size_ + page_size > budget_) spill();
      if (!spilled() || pages_.empty()) pages_.push_back(std::make_unique_for_overwrite<char[]>(page_size));
    }
    std::size_t const n = std::min(bytes.size(), page_size - used);
    std::memcpy(pages_.back().get() + used, bytes.data(), n);
    bytes.remove_prefix(n);
    size_ += n;
    if (spilled() && size_ % page_size == 0) write_page(size_ / page_size - 1, pages_.back().get());
  }
}

std::string_view spill_buffer::read(std::uint64_t offset, std::size_t count) {
  if (count == 0) return {};  // even where no page is yet
  std::size_t const begin = offset % page_size;
  if (begin + count <= page_size) return {page_at(offset / page_size) + begin, count};
  scratch_.clear();
  while (count > 0) {
    std::size_t const at = offset % page_size;
    std::size_t const n = std::min(count, page_size - at);
    scratch_.append(page_at(offset / page_size) + at, n);
    offset += n;
    count -= n;
  }
  return scratch_;
}

char const* spill_buffer::page_at(std::uint64_t number) {
  if (!spilled()) return pages_[number].get();
  if (number == size_ / page_size) return pages_.back().get();
  cached& slot = cache_[number % cached_pages];
  if (slot.number != number) {
    if (!slot.bytes) slot.bytes = std::make_unique_for_overwrite<char[]>(page_size);
    slot.number = ~0ull;
    for (std::size_t got = 0; got < page_size;) {
      ssize_t const n = ::pread(file_, slot.bytes.get() + got, page_size - got,
                                static_cast<off_t>(number * page_size + got));
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) fail("reading a temporary file");
      got += static_cast<std::size_t>(n);
    }
    slot.number = number;
  }
  return slot.bytes.get();
}

void spill_buffer::spill() {
  file_ = unnamed_file(directory_.empty() ? std::filesystem::temp_directory_path() : directory_);
  cache_.resize(cached_pages);
  for (std::size_t i = 0; i < pages_.size(); ++i) write_page(i, pages_[i].get());
  pages_.clear();
  pages_.shrink_to_fit();
}

void spill_buffer::write_page(std::uint64_t number, char const* bytes) {
  for (std::size_t put = 0; put < page_size;) {
    ssize_t const n =
        ::pwrite(file_, bytes + put, page_size - put, static_cast<off_t>(number * page_size + put));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) fail("writing a temporary file");
    put += static_cast<std::size_t>(n);
  }
}

}  // namespace uploadproto::reference
