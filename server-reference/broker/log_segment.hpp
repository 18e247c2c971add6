// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_BROKER_LOG_SEGMENT_HPP
#define UPLOADPROTO_REFERENCE_BROKER_LOG_SEGMENT_HPP

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "broker/log_record.hpp"

namespace uploadproto::reference {

/** Brings a file's content onto the disk: what `fdatasync` does, and returns. */
using sync_function = std::function<int(int file)>;

/** The failure of a call on a file; a full disk is `no_room`. @param code an errno */
broker_failure file_failure(std::string const& doing, int code);

/** Makes a name in a directory survive a power cut. */
broker_result<void> sync_names(std::filesystem::path const& directory);

/** One file of a topic's log: records without gaps, the first of which has the offset in the file's name.
    Reading is safe from any thread; what writes belongs to one at a time. */
class log_segment {
 public:
  static broker_result<std::shared_ptr<log_segment>> make(std::filesystem::path const& directory,
                                                          std::int64_t base);
  static broker_result<std::shared_ptr<log_segment>> open(std::filesystem::path const& file);
  ~log_segment();
  log_segment(log_segment const&) = delete;
  log_segment& operator=(log_segment const&) = delete;

  /** The offset in such a file's name; empty where it is no segment's. */
  static std::optional<std::int64_t> base_in(std::filesystem::path const& file);

  /** Cuts off what a crash has left behind the last produce that is there in full.
      @return the offset behind the last record */
  broker_result<std::int64_t> repair();

  broker_result<void> append(std::string_view records);  ///< a failure leaves bytes to truncate()
  broker_result<void> truncate(std::uint64_t bytes);
  broker_result<void> sync(sync_function const& how) const;

  std::int64_t base() const { return base_; }
  std::uint64_t bytes() const { return bytes_; }  ///< the writer's view
  std::filesystem::path const& file() const { return file_; }
  int descriptor() const { return descriptor_; }

  /** When the first record was written; empty where there is none. */
  std::optional<std::uint64_t> first_time() const;

 private:
  log_segment(std::filesystem::path file, std::int64_t base, int descriptor, std::uint64_t bytes)
      : file_(std::move(file)), base_(base), descriptor_(descriptor), bytes_(bytes) {}

  std::filesystem::path file_;
  std::int64_t base_;
  int descriptor_;
  std::uint64_t bytes_;
};

/** Reads a segment's records in turn. Not thread-safe. */
class segment_reader {
 public:
  explicit segment_reader(std::shared_ptr<log_segment const> from)
      : segment_(std::move(from)), next_(segment_->base()) {}

  /** Reads no byte from here on: what follows may not be there to stay. */
  void stop_at(std::uint64_t byte) { limit_ = byte; }

  /** The body of the next record, valid until the next call; empty where none stands that is whole. */
  broker_result<std::optional<std::string_view>> next();

  std::int64_t next_offset() const { return next_; }
  std::uint64_t byte() const { return byte_; }  ///< where the next record begins
  log_segment const& segment() const { return *segment_; }

 private:
  broker_result<bool> refill(std::size_t wanted);
  std::string_view held() const { return std::string_view(buffer_).substr(begin_, end_ - begin_); }

  std::shared_ptr<log_segment const> segment_;
  std::int64_t next_;
  std::uint64_t byte_ = 0;
  std::string buffer_;
  std::size_t begin_ = 0, end_ = 0;
  std::uint64_t limit_ = std::numeric_limits<std::uint64_t>::max();
};

}  // namespace uploadproto::reference

#endif
