// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_STATS_PACE_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_STATS_PACE_HPP

#include <chrono>
#include <cstdint>
#include <optional>

namespace uploadproto::reference {

/** CE-E6: messages since the database was made. */
struct consumer_stats {
  std::uint64_t received = 0, processing = 0, completed = 0, failed = 0;

  friend bool operator==(consumer_stats const&, consumer_stats const&) = default;
};

/** Decides when the counts are told: when they have changed, at most once a second. Knows no clock. */
class stats_pace {
 public:
  static constexpr std::chrono::milliseconds interval{1000};

  /** @param told what clients are taken to know */
  explicit stats_pace(consumer_stats told = {}) : told_(told) {}

  /** Whether the counts are to be told now; they are taken to be. */
  bool tell(consumer_stats const& now_are, std::chrono::milliseconds now) {
    if (wait(now_are, now) != std::chrono::milliseconds(0)) return false;
    told_ = now_are;
    told_at_ = now;
    return true;
  }

  /** Until they are to be told; empty where nothing has changed. */
  std::optional<std::chrono::milliseconds> wait(consumer_stats const& now_are,
                                                std::chrono::milliseconds now) const {
    if (now_are == told_) return std::nullopt;
    // A clock that was set back must not silence them.
    if (!told_at_ || now < *told_at_ || now >= *told_at_ + interval) return std::chrono::milliseconds(0);
    return *told_at_ + interval - now;
  }

 private:
  consumer_stats told_;
  std::optional<std::chrono::milliseconds> told_at_;
};

}  // namespace uploadproto::reference

#endif
