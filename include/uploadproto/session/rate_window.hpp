// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_RATE_WINDOW_HPP
#define UPLOADPROTO_SESSION_RATE_WINDOW_HPP

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace uploadproto::session {

/** Counts events in a sliding window of time, a second unless another is given. Sans-I/O; not thread-safe. */
class rate_window {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /** @param most events in any stretch of `span`; 0: no limit */
  explicit rate_window(std::size_t most, std::chrono::milliseconds span = std::chrono::seconds(1))
      : most_(most), span_(span) {}

  /** When the next event may happen; in the past when it may now. */
  time_point next_allowed() const noexcept {
    if (most_ == 0 || times_.size() < most_) return time_point::min();
    return times_[oldest_] + span_;
  }
  bool allows(time_point now) const noexcept { return next_allowed() <= now; }

  /** Notes an event. @return whether it was within the limit */
  bool note(time_point now) {
    if (most_ == 0) return true;
    bool const within = allows(now);
    if (times_.size() < most_) {
      times_.push_back(now);
    } else {
      times_[oldest_] = now;
      oldest_ = (oldest_ + 1) % most_;
    }
    return within;
  }

  /** The latest event noted; the beginning of time before the first. */
  time_point latest() const noexcept {
    if (times_.empty()) return time_point::min();
    return times_[times_.size() < most_ ? times_.size() - 1 : (oldest_ + most_ - 1) % most_];
  }

 private:
  std::size_t most_;
  std::chrono::milliseconds span_;
  std::size_t oldest_ = 0;
  std::vector<time_point> times_;  // a ring once it is full
};

}  // namespace uploadproto::session

#endif
