// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <spdlog/spdlog.h>

#include <array>
#include <chrono>

#include "pipelines/upload_progress/batch_attempt.hpp"
#include "storage/crash_point.hpp"
#include "storage/storage_error.hpp"

namespace uploadproto::reference {
namespace {

struct step {
  std::string_view name;
  std::string (*run)(batch_attempt&);
};

constexpr std::array steps{
    step{"validation", batch_stages::validation},
    step{"scanning", batch_stages::scanning},
    step{"parsing", batch_stages::parsing},
    step{"database", batch_stages::store},
    step{"categorization", batch_stages::categorization},
};
static_assert(
    [] {
      if (steps.size() != std::size(contract::upload_progress_stages)) return false;
      for (std::size_t i = 0; i < steps.size(); ++i)
        if (steps[i].name != contract::upload_progress_stages[i].name) return false;
      return true;
    }(),
    "the pipeline's steps are the stages of the contract");

void run_step(batch_attempt& attempt, std::size_t index) {
  auto const begun = std::chrono::steady_clock::now();
  attempt.check();
  attempt.feed.begin(contract::upload_progress_stages[index]);
  crash_point("stage: begun");
  auto message = steps[index].run(attempt);
  attempt.check();
  attempt.feed.finish(std::move(message));
  crash_point("stage: finished");
  auto const took =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
  spdlog::info("event=batch_stage batch_id={} attempt={} stage={} rows={} duration_ms={}", attempt.job.job_id,
               attempt.job.key.attempt, steps[index].name, attempt.total, took.count());
}

job_end end_of(batch_attempt const& attempt, job_status status, std::optional<std::string> error) {
  auto const now = attempt.feed.standing();
  job_end end{.status = status, .stage = now.stage, .progress = now.progress, .error = std::move(error)};
  if (attempt.total != 0)
    end.validation = validation_counts{
        .total_records = attempt.total, .valid_records = attempt.good, .invalid_ids = attempt.bad};
  return end;
}

}  // namespace

job_end run_batch(batch_attempt& attempt) {
  try {
    for (std::size_t i = 0; i < steps.size(); ++i) run_step(attempt, i);
  } catch (attempt_stopped const&) {
    throw;
  } catch (job_failure const& failure) {
    return end_of(attempt, job_status::failed, failure.what());
  } catch (storage_full const&) {
    throw;
  } catch (std::exception const& unforeseen) {
    // What an exception says may name paths and statements: that is for the log, not for the user.
    spdlog::error("event=batch_error batch_id={} what=\"{}\"", attempt.job.job_id, unforeseen.what());
    return end_of(attempt, job_status::failed, internal_sentence);
  }
  return end_of(attempt, job_status::completed, std::nullopt);
}

}  // namespace uploadproto::reference
