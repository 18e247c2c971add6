// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_STORAGE_SPOOL_HPP
#define UPLOADPROTO_REFERENCE_STORAGE_SPOOL_HPP

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace uploadproto::reference {

/** A sequence of numbers and texts on disk, written once from front to back and then read from front to back,
   as often as wanted: how a stage hands a million rows to the next one in constant memory.

    The file has no name: it is gone when the spool is, even by `kill -9`. Not thread-safe; movable.
    Writing throws `storage_full` or `std::system_error`; reading beyond the end, or something else than was
   written there, throws `std::logic_error`.
*/
class spool {
 public:
  explicit spool(std::filesystem::path const& directory);
  spool(spool&&) noexcept;
  spool& operator=(spool&&) noexcept;
  ~spool();

  void put(std::uint64_t number);  ///< 1 byte below 128, at most 10
  void put(std::string_view text);

  /** Reads from the front. What was put before the reader was made is there; the spool must outlive it. */
  class reader {
   public:
    explicit reader(spool& source);
    bool at_end();
    std::uint64_t number();
    std::string_view text();  ///< valid until the next call

   private:
    void refill(std::size_t wanted);
    std::size_t held() const { return end_ - begin_; }

    int file_;
    std::uint64_t offset_ = 0;
    std::string buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
  };

  /** Bytes put so far. */
  std::uint64_t size() const { return written_ + buffer_.size(); }

 private:
  void flush();

  int file_ = -1;
  std::uint64_t written_ = 0;
  std::string buffer_;
};

}  // namespace uploadproto::reference

#endif
