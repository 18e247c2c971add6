// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/bulk_upload/pipeline.hpp"

#include <spdlog/spdlog.h>

#include <array>
#include <chrono>
#include <uploadproto/contract/bulk_upload.hpp>

#include "pipelines/bulk_upload/stages.hpp"
#include "storage/crash_point.hpp"
#include "storage/storage_error.hpp"

namespace uploadproto::reference {
namespace {

using stage_function = std::string (*)(bulk_upload_attempt&);

struct step {
  std::string_view name;
  stage_function run;
};

// The pipeline. The names are those of the contract's stage table, in its order.
constexpr std::array steps{
    step{"initialization", stages::initialization},
    step{"file_reading", stages::file_reading},
    step{"pre_validation", stages::pre_validation},
    step{"iec_verification", stages::iec_verification},
    step{"database_operations", stages::database_operations},
    step{"report_generation", stages::report_generation},
};
static_assert(
    [] {
      if (steps.size() != std::size(contract::bulk_upload_stages)) return false;
      for (std::size_t i = 0; i < steps.size(); ++i)
        if (steps[i].name != contract::bulk_upload_stages[i].name) return false;
      return true;
    }(),
    "the pipeline's steps are the stages of the contract");

void run_step(bulk_upload_attempt& attempt, std::size_t index) {
  auto const begun = std::chrono::steady_clock::now();
  attempt.check();
  crash_point("stage: before its first event");
  attempt.feed.begin(contract::bulk_upload_stages[index]);
  crash_point("stage: begun");
  auto message = steps[index].run(attempt);
  attempt.check();
  attempt.feed.finish(message);
  crash_point("stage: finished");
  auto const took =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
  spdlog::info("event=bulk_upload_stage job_id={} attempt={} stage={} rows={} duration_ms={}",
               attempt.job.job_id, attempt.job.key.attempt, steps[index].name, attempt.store.rows(),
               took.count());
}

job_end failed(bulk_upload_attempt const& attempt, std::string sentence) {
  auto const now = attempt.feed.current();
  return {.status = job_status::failed,
          .stage = now.stage,
          .progress = now.progress,
          .validation = now.validation,
          .error = std::move(sentence)};
}

}  // namespace

job_end run_bulk_upload(bulk_upload_attempt& attempt) {
  try {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      run_step(attempt, i);
      // From pre-validation on `status` shows the counts; the register completes them.
      if (attempt.validation.total_records != 0) attempt.feed.judged(attempt.validation);
    }
  } catch (attempt_stopped const&) {
    throw;
  } catch (job_failure const& failure) {
    return failed(attempt, failure.what());
  } catch (storage_full const&) {
    throw;
  } catch (std::exception const& unforeseen) {
    // What an exception says may name paths and statements: that is for the log, not for the user.
    spdlog::error("event=bulk_upload_error job_id={} what=\"{}\"", attempt.job.job_id, unforeseen.what());
    return failed(attempt, internal_sentence);
  }
  auto const now = attempt.feed.current();
  return {.status = job_status::completed,
          .stage = now.stage,
          .progress = now.progress,
          .validation = attempt.validation,
          .report_file = attempt.report};
}

}  // namespace uploadproto::reference
