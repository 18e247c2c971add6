// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_RECONNECT_HPP
#define UPLOADPROTO_SESSION_RECONNECT_HPP

#include <chrono>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>

namespace uploadproto::session {

/** How a lost connection is made again: the JavaScript client's settings and defaults (CO-13). */
struct reconnect_options {
  bool enabled = true;
  /** A first connection that fails is tried again too, instead of being reported. A refusal by the server is
      reported all the same. */
  bool first_attempt = false;
  /** Attempts in a row without success before giving up. */
  std::size_t attempts = std::numeric_limits<std::size_t>::max();
  std::chrono::milliseconds delay{1000};      ///< before the first attempt; doubles with each
  std::chrono::milliseconds delay_max{5000};  ///< applied after the jitter
  double randomization = 0.5;  ///< 0 to 1: the part of a delay that chance may add or take away
};

/** The waits between attempts: exponential, with jitter, bounded. No clock and no random source of its own.
 */
class reconnect {
 public:
  explicit reconnect(reconnect_options const& options) : options_(options) {}

  /** The wait before the next attempt; nothing when reconnection is off or the attempts are used up.

      @param random uniform in [0, 1). One number gives both the size of the deviation and, by its first
      decimal digit, the sign (as the JavaScript client does). */
  std::optional<std::chrono::milliseconds> next(double random) {
    if (!options_.enabled || made_ >= options_.attempts) return std::nullopt;
    auto const cap = static_cast<double>(options_.delay_max.count());
    double wait = static_cast<double>(options_.delay.count()) * std::pow(2.0, static_cast<double>(made_));
    ++made_;
    if (!std::isfinite(wait)) wait = cap * 2;  // far beyond the cap, jitter included
    double const deviation = std::floor(random * options_.randomization * wait);
    bool const longer = (static_cast<int>(std::floor(random * 10)) & 1) != 0;
    wait += longer ? deviation : -deviation;
    if (wait > cap) wait = cap;
    if (wait < 0) wait = 0;
    return std::chrono::milliseconds{static_cast<long long>(wait)};
  }

  /** Attempts made since the last success. */
  [[nodiscard]] std::size_t made() const { return made_; }

  /** A connection came about, or the user closed: begin again with the shortest wait. */
  void reset() { made_ = 0; }

 private:
  reconnect_options options_;
  std::size_t made_ = 0;
};

}  // namespace uploadproto::session

#endif
