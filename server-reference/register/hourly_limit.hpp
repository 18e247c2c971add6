// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_REGISTER_HOURLY_LIMIT_HPP
#define UPLOADPROTO_REFERENCE_REGISTER_HOURLY_LIMIT_HPP

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

namespace uploadproto::reference {

/** At most so many look-ups in any sixty minutes (BU-P3). Reads no clock; eight bytes a look-up of the last
   hour. Not thread-safe. */
class hourly_limit {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /** @param most 0 for no limit */
  explicit hourly_limit(std::uint64_t most) : most_(most) {}

  /** Counts one look-up. @return nothing when it may be made now, else when to ask again */
  std::optional<time_point> take(time_point now) {
    if (most_ == 0) return std::nullopt;
    while (!made_.empty() && now - made_.front() >= std::chrono::hours(1)) made_.pop_front();
    if (made_.size() >= most_) return made_.front() + std::chrono::hours(1);
    made_.push_back(now);
    return std::nullopt;
  }

 private:
  std::uint64_t most_;
  std::deque<time_point> made_;
};

}  // namespace uploadproto::reference

#endif
