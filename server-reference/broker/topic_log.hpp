// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_BROKER_TOPIC_LOG_HPP
#define UPLOADPROTO_REFERENCE_BROKER_TOPIC_LOG_HPP

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "broker/log_segment.hpp"
#include "storage/write_gate.hpp"

namespace uploadproto::reference {

using log_clock = std::function<std::chrono::milliseconds()>;  ///< since 1970

struct topic_log_options {
  std::uint64_t segment_bytes = 64 * 1024 * 1024;  ///< a produce begins no new file below this
  std::size_t max_message_bytes = 1024 * 1024;
  std::uint64_t keep_bytes = 0;           ///< older segments go beyond this; 0: all are kept
  std::chrono::milliseconds keep_time{};  ///< and those whose last message is older; 0: for ever
  log_clock now;
  sync_function sync;  ///< `fdatasync`
};

/** The messages of one topic on disk. Thread-safe.

    A produce is one run of records, written while no other writer has its turn, and is taken when its last
    byte has been brought to the disk: one `fdatasync` serves all produces that wait meanwhile. Readers are
    shown nothing before that. A produce that fails, for want of room or otherwise, is cut off again.

    `failures_`: after a failing `fdatasync` nobody knows what of the unsynced is on the disk. All of it is
    cut off, its offsets are given out anew, and the waiting produces learn it by the number of failures that
    has grown since they wrote.
*/
class topic_log {
 public:
  /** Opens the directory or makes it, and repairs the end of the newest segment. */
  static broker_result<std::unique_ptr<topic_log>> open(std::filesystem::path const& directory,
                                                        topic_log_options options);

  broker_result<void> append(message_source const& next);

  /** A place in the log. One thread reads from it. */
  class cursor {
   public:
    explicit cursor(std::int64_t offset) : offset_(offset) {}
    std::int64_t offset() const { return offset_; }

   private:
    friend class topic_log;
    std::int64_t offset_;
    std::optional<segment_reader> reader_;
  };
  /** Up to `most` messages from the cursor on, which moves behind them; empty where there are none yet. */
  broker_result<std::vector<delivered_message>> read(cursor& from, std::size_t most) const;

  std::int64_t begin_offset() const;  ///< of the oldest message that is kept
  std::int64_t end_offset() const;    ///< behind the newest that is taken

  std::size_t segments() const;

  /** Waits until there is a message from that offset on, until `also` is true or the deadline has come. */
  void wait(std::int64_t offset, std::chrono::steady_clock::time_point deadline,
            std::function<bool()> const& also) const;
  /** `also` may have become true. */
  void notify() const;

  struct retained {
    std::size_t removed = 0;             ///< segments
    std::optional<std::int64_t> held{};  ///< the first offset that would have gone, had it been read
  };
  /** Removes the oldest segments that are over the limits. The newest always stays, and so does what lies
      from `unread` on. */
  broker_result<retained> retain(std::int64_t unread);

 private:
  using segment_ptr = std::shared_ptr<log_segment>;
  struct written {
    std::int64_t end = 0;        ///< offset behind the last record
    std::uint64_t bytes = 0;     ///< of the newest segment
    std::uint64_t failures = 0;  ///< that had happened before it was written
  };

  topic_log(std::filesystem::path directory, topic_log_options options)
      : directory_(std::move(directory)), options_(std::move(options)) {}

  broker_result<void> open_segments();
  broker_result<void> prepare();
  broker_result<void> roll();
  broker_result<written> write(message_source const& next);
  broker_result<void> write_records(log_segment& to, message_source const& next, std::int64_t& count) const;
  broker_result<void> wait_for_disk(written const& mine);
  std::optional<broker_result<void>> verdict_on(written const& mine) const;
  void sync_once(std::unique_lock<std::mutex>& lock);
  static broker_result<void> read_segment(cursor& from, segment_ptr const& segment, std::uint64_t bytes,
                                          std::size_t most, std::vector<delivered_message>& found);
  std::pair<segment_ptr, std::uint64_t> locate(std::int64_t offset) const;
  bool beyond_limits(std::size_t oldest, std::uint64_t total) const;

  std::filesystem::path directory_;
  topic_log_options options_;

  write_gate turn_;  ///< of writers; taken before the mutex

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::deque<segment_ptr> segments_;  ///< oldest first; written in the writer's turn
  written appended_;
  std::int64_t durable_ = 0;
  std::uint64_t durable_bytes_ = 0;     ///< of the newest segment
  std::vector<std::int64_t> failures_;  ///< where the log was cut off
  broker_failure last_failure_;
  bool syncing_ = false;
};

}  // namespace uploadproto::reference

#endif
