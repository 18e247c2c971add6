// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_FILE_UPLOAD_LOAD_FEED_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_FILE_UPLOAD_LOAD_FEED_HPP

#include <chrono>
#include <functional>
#include <mutex>
#include <span>
#include <string>

#include "jobs/job_attempt.hpp"
#include "jobs/job_view.hpp"
#include "pipelines/file_upload/event.hpp"
#include "pipelines/file_upload/load_table.hpp"

namespace uploadproto::reference {

/** The progress of one attempt (FU-L1 to FU-L3): at most four events a second, the first and the last row
    always, nothing after the end. Thread-safe. */
class load_feed final : public job_attempt {
 public:
  using clock = std::function<timestamp_ms()>;

  load_feed(attempt_key key, std::string job_id, file_upload_sink const& sink, clock now)
      : job_attempt(key), job_id_(std::move(job_id)), sink_(sink), now_(std::move(now)) {}

  void started(load_state const& state);
  void processing(load_state const& state);

  /** Sends what ends the job and nothing after it. */
  void close(std::span<file_upload_event const> last);

  void silence() override;
  void pulse() override {}

 private:
  void send(file_upload_event const& event);

  std::string const job_id_;
  file_upload_sink const& sink_;
  clock const now_;
  std::mutex mutex_;
  timestamp_ms sent_at_{};  ///< the last event of `processing`
  bool closed_ = false;
};

/** The events of a job that stands so. */
contract::file_upload_progress started_event(std::string const& job_id, load_state const& state);
contract::file_upload_progress processing_event(std::string const& job_id, load_state const& state);

}  // namespace uploadproto::reference

#endif
