// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/file_upload/end_events.hpp"

#include <uploadproto/contract/timestamp.hpp>
#include <uploadproto/contract/writer.hpp>
#include <uploadproto/wire/json.hpp>

#include "pipelines/file_upload/load_feed.hpp"
#include "pipelines/wording.hpp"

namespace uploadproto::reference {
namespace {

std::string summary_of(load_state const& state) {
  if (state.error_count == 0) return "Stored " + counted(state.stored, "row", "rows");
  return "Stored " + grouped(state.stored) + " of " + counted(state.processed, "row", "rows") + "; " +
         counted(state.processed - state.stored, "row has", "rows have") + " errors";
}

/** The result as the event carries it. */
boost::json::value as_json(contract::file_upload_result const& result) {
  std::string text;
  contract::append_json(text, result);
  return wire::parse_json(text).value();
}

}  // namespace

contract::file_upload_result result_of(load_state const& state) {
  return {summary_of(state), state.stored, state.total.value_or(0), state.error_lines()};
}

std::vector<file_upload_event> end_events(job_record const& job, load_state const& state) {
  auto const timestamp = contract::format_timestamp(job.ended_at.value());
  if (job.status != job_status::completed)
    return {contract::file_upload_error{job.job_id, job.error.value_or("The job failed"), timestamp}};
  auto done = processing_event(job.job_id, state);
  done.status = contract::file_upload_statuses[2].name;
  done.progress = 100;
  done.message = summary_of(state);
  contract::file_upload_completed completed;
  completed.job_id = job.job_id;
  completed.result = as_json(result_of(state));
  completed.timestamp = timestamp;
  return {std::move(done), std::move(completed)};
}

}  // namespace uploadproto::reference
