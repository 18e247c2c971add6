// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_BULK_UPLOAD_EVENT_FEED_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_BULK_UPLOAD_EVENT_FEED_HPP

#include <optional>
#include <string>
#include <uploadproto/contract/bulk_upload.hpp>
#include <utility>

#include "jobs/job_table.hpp"
#include "jobs/job_view.hpp"
#include "jobs/stage_feed.hpp"
#include "pipelines/bulk_upload/event.hpp"

namespace uploadproto::reference {

/** The events of one attempt. Thread-safe. */
class event_feed : public stage_feed {
 public:
  event_feed(attempt_key key, std::string user, std::string job_id, bulk_upload_sink const& sink, clock now)
      : stage_feed(key, std::move(now)), user_(std::move(user)), job_id_(std::move(job_id)), sink_(sink) {}

  /** Sends the terminal event and nothing after it, and `first` before it where the attempt has told nothing.
      @return false, and nothing sent, if it was closed already */
  bool close(bulk_upload_event const& terminal, std::optional<bulk_upload_event> const& first = std::nullopt);

  void judged(validation_counts const& counts);

  /** What a latecomer is told, and what `find` shows. */
  struct snapshot {
    std::optional<bulk_upload_event> latest;
    std::optional<std::string> stage;
    double progress = 0;
    std::optional<validation_counts> validation;
  };
  snapshot current() const;

 private:
  void send(state const& now) override;
  contract::bulk_upload_progress event_of(state const& now) const;

  std::string const user_;
  std::string const job_id_;
  bulk_upload_sink const& sink_;
  std::optional<validation_counts> validation_;
};

}  // namespace uploadproto::reference

#endif
