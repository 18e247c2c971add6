// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_UPLOAD_PROGRESS_BATCH_FEED_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_UPLOAD_PROGRESS_BATCH_FEED_HPP

#include <optional>
#include <string>
#include <vector>

#include "jobs/stage_feed.hpp"
#include "pipelines/upload_progress/event.hpp"

namespace uploadproto::reference {

/** The messages of one attempt of a batch, and what they were. Thread-safe. */
class batch_feed : public stage_feed {
 public:
  batch_feed(job_record const& job, upload_progress_sink const& sink, clock now);

  /** What the next messages say of the rows. */
  struct counts {
    std::uint64_t processed = 0;
    std::optional<std::uint64_t> total{};
    std::uint64_t errors = 0;
  };
  void count(counts const& rows);

  /** `advance` by rows done of `total`; what is known of `processed` goes along. */
  void rows_done(std::uint64_t done, std::string message);

  /** Sends the terminal message and nothing after it. @return false, and nothing sent, if it was closed
   * already */
  bool close(upload_progress_event const& terminal);

  /** What a latecomer is told; empty before the first message. */
  std::optional<upload_progress_event> current() const;

  struct snapshot {
    std::optional<std::string> stage;
    double progress = 0;
    counts rows;
  };
  snapshot standing() const;

  /** Every message so far, as JSON (UP-H3). Of very many the oldest are forgotten. */
  std::vector<std::string> history() const;

 private:
  void send(state const& now) override;
  upload_progress_event event_of(state const& now) const;
  void keep(upload_progress_event const& event);

  std::string const user_, batch_id_, file_name_;
  std::uint64_t const size_;
  upload_progress_sink const& sink_;
  counts rows_;
  std::vector<std::string> history_;
};

}  // namespace uploadproto::reference

#endif
