// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_JOBS_STAGE_FEED_HPP
#define UPLOADPROTO_REFERENCE_JOBS_STAGE_FEED_HPP

#include <functional>
#include <mutex>
#include <string>
#include <uploadproto/contract/stages.hpp>

#include "jobs/job_attempt.hpp"
#include "jobs/job_view.hpp"

namespace uploadproto::reference {

/** Now, as jobs and events count time. */
timestamp_ms wall_clock();

/** The progress of one attempt, in order and legal by construction: values rise, lie in their stage's range,
   and nothing follows the terminal event (CO-6, CO-7). What an event is, the pipeline says. Thread-safe.

    Pace: the two ends of a stage are always sent; between them at most ten events a second, and by `pulse` at
   least one (BU-L5).
*/
class stage_feed : public job_attempt {
 public:
  using clock = std::function<timestamp_ms()>;

  stage_feed(attempt_key key, clock now) : job_attempt(key), now_(std::move(now)) {}

  /** Enters a stage: sends its lowest value and its description. */
  void begin(contract::stage const& stage);
  /** @param part of the stage's work that is done, 0 to 1; a smaller one than before counts as that */
  void advance(double part, std::string message);
  /** Sends the stage's highest value. */
  void finish(std::string message);
  void pulse() override;
  void silence() override;
  /** Stands still where it is, so that an end which is made up from outside (a cancellation) does not go back
      behind what has been sent since (CO-6). Only the end is sent then. */
  void hold();
  /** The end did not come to pass. */
  void go_on();

 protected:
  struct state {
    contract::stage const* stage = nullptr;  ///< null: nothing was sent yet
    double progress = 0;
    std::string message;
    timestamp_ms sent_at{};
  };

  /** Sends what has just become the state; the feed is locked. */
  virtual void send(state const& now) = 0;

  /** Calls `last` with the state and sends nothing after it. @return false, and `last` not called, if the
     feed was closed already */
  bool close_with(std::function<void(state const&)> const& last);

  /** For members of derived classes, which share the lock. */
  std::unique_lock<std::mutex> lock() const { return std::unique_lock(mutex_); }
  state const& latest() const { return state_; }

 private:
  void send_progress(double progress, std::string message);

  clock const now_;
  mutable std::mutex mutex_;
  state state_;
  bool closed_ = false, held_ = false;
};

}  // namespace uploadproto::reference

#endif
