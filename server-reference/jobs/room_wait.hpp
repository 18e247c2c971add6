// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_JOBS_ROOM_WAIT_HPP
#define UPLOADPROTO_REFERENCE_JOBS_ROOM_WAIT_HPP

#include <algorithm>
#include <chrono>

namespace uploadproto::reference {

/** How long nothing new is tried after the disk was found full: twice as long after each further time, up to
   a bound. It is the disk's state and not a job's, so all workers share one. Not thread-safe. */
class room_wait {
 public:
  using clock = std::chrono::steady_clock;

  room_wait(std::chrono::milliseconds first, std::chrono::milliseconds longest)
      : first_(std::min(first, longest)), longest_(longest) {}

  /** There was no room. @return true for the first time in a row */
  bool refused(clock::time_point now) {
    bool const first_time = !waiting();
    pause_ = first_time ? first_ : std::min(pause_ * 2, longest_);
    until_ = now + pause_;
    return first_time;
  }

  /** There was room. @return true if it had been waited for */
  bool found() {
    bool const waited = waiting();
    pause_ = {};
    until_ = {};
    return waited;
  }

  bool waiting() const { return pause_.count() != 0; }
  clock::time_point until() const { return until_; }

 private:
  std::chrono::milliseconds first_, longest_, pause_{};
  clock::time_point until_{};
};

}  // namespace uploadproto::reference

#endif
