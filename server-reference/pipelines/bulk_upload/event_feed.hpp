// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_BULK_UPLOAD_EVENT_FEED_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_BULK_UPLOAD_EVENT_FEED_HPP

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <uploadproto/contract/bulk_upload.hpp>

#include "jobs/job_table.hpp"
#include "jobs/job_view.hpp"
#include "pipelines/bulk_upload/event.hpp"

namespace uploadproto::reference {

/** The events of one attempt, in order and legal by construction: values rise, lie in their stage's range,
   and nothing follows the terminal event (BU-L1 to BU-L4, CO-6, CO-7). Thread-safe.

    Pace: the two ends of a stage are always sent; between them at most ten events a second, and by `pulse` at
   least one (BU-L5).
*/
class event_feed {
 public:
  using clock = std::function<timestamp_ms()>;

  event_feed(attempt_key key, std::string user, std::string job_id, bulk_upload_sink const& sink, clock now);

  /** Enters a stage: sends its lowest value and its description. */
  void begin(contract::stage const& stage);
  /** @param part of the stage's work that is done, 0 to 1; a smaller one than before counts as that */
  void advance(double part, std::string message);
  /** Sends the stage's highest value. */
  void finish(std::string message);
  /** Repeats the latest event with a new time if none was sent for most of a second. */
  void pulse();

  /** Sends the terminal event and nothing after it, and `first` before it where the attempt has told nothing.
      @return false, and nothing sent, if it was closed already */
  bool close(bulk_upload_event const& terminal, std::optional<bulk_upload_event> const& first = std::nullopt);

  /** Sends nothing more: the attempt was put back without an end. */
  void silence();

  void judged(validation_counts const& counts);

  /** What a latecomer is told, and what `find` shows. */
  struct state {
    std::optional<bulk_upload_event> latest;
    std::optional<std::string> stage;
    double progress = 0;
    std::optional<validation_counts> validation;
  };
  state current() const;

  attempt_key key() const { return key_; }

  /** Asks the worker to drop the attempt. */
  void request_stop() { stop_.store(true, std::memory_order_relaxed); }
  bool stop_requested() const { return stop_.load(std::memory_order_relaxed); }

 private:
  void send(double progress, std::string message);

  attempt_key const key_;
  std::string const user_;
  bulk_upload_sink const& sink_;
  clock const now_;
  std::atomic<bool> stop_{false};

  mutable std::mutex mutex_;
  contract::stage const* stage_ = nullptr;
  contract::bulk_upload_progress latest_;
  std::optional<validation_counts> validation_;
  timestamp_ms sent_at_{};
  bool closed_ = false;
};

}  // namespace uploadproto::reference

#endif
