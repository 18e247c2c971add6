// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_INGEST_SPILL_BUFFER_HPP
#define UPLOADPROTO_REFERENCE_INGEST_SPILL_BUFFER_HPP

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace uploadproto::reference {

/// Bytes that are appended once and read many times. Up to a budget they are in memory; beyond it all of them
/// move to an unnamed temporary file, read through a small cache of pages that favours neighbours.
class spill_buffer {
 public:
  static constexpr std::size_t page_size = 16 * 1024;

  /// \param budget  bytes kept in memory.
  spill_buffer(std::size_t budget, std::filesystem::path directory);
  ~spill_buffer();
  spill_buffer(spill_buffer const&) = delete;
  spill_buffer& operator=(spill_buffer const&) = delete;

  std::uint64_t size() const noexcept { return size_; }
  bool spilled() const noexcept { return file_ >= 0; }

  /// \throws input_error `no_space` on a full disk, `unreadable` when the temporary file cannot be written.
  void append(std::string_view bytes);

  /// `count` bytes from an offset, all of them below size(). Valid until the next call.
  /// \throws input_error `unreadable` when the temporary file cannot be read.
  std::string_view read(std::uint64_t offset, std::size_t count);

 private:
  using page = std::unique_ptr<char[]>;
  struct cached {
    std::uint64_t number = ~0ull;
    page bytes;
  };

  char const* page_at(std::uint64_t number);
  void spill();
  void write_page(std::uint64_t number, char const* bytes);

  std::size_t budget_;
  std::filesystem::path directory_;
  std::uint64_t size_ = 0;
  std::vector<page> pages_;  // in memory: all of them; spilled: only the last, unfinished one
  std::vector<cached> cache_;
  std::string scratch_;
  int file_ = -1;
};

}  // namespace uploadproto::reference

#endif
