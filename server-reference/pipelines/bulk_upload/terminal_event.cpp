// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/bulk_upload/terminal_event.hpp"

#include <uploadproto/contract/timestamp.hpp>

namespace uploadproto::reference {

std::string report_path_of(std::string const& job_id) {
  return contract::path_for(contract::bulk_upload::info.rest.report_path, job_id);
}

bulk_upload_event first_event_of(job_record const& job) {
  auto const& stage = contract::bulk_upload_stages[0];
  contract::bulk_upload_progress first;
  first.job_id = job.job_id;
  first.stage = stage.name;
  first.progress = stage.low;
  first.message = stage.description;
  first.timestamp = contract::format_timestamp(job.ended_at.value());
  return first;
}

bulk_upload_event terminal_event_of(job_record const& job) {
  auto const timestamp = contract::format_timestamp(job.ended_at.value());
  if (job.status != job_status::completed) {
    contract::bulk_upload_failed failed;
    failed.job_id = job.job_id;
    failed.error = job.error.value_or("The job failed");
    failed.stage = job.stage;
    failed.timestamp = timestamp;
    return failed;
  }
  auto const rows = job.validation.value_or(validation_counts{});
  auto const members = job.database.value_or(database_counts{});
  contract::bulk_upload_complete complete;
  complete.job_id = job.job_id;
  complete.validation_stats = {rows.total_records, rows.valid_records, rows.invalid_ids, rows.duplicates,
                               rows.not_registered};
  complete.database_stats = {members.inserts, members.updates, members.errors};
  complete.report_path = report_path_of(job.job_id);
  complete.processing_duration_ms = static_cast<double>(duration_of(job));
  complete.timestamp = timestamp;
  return complete;
}

}  // namespace uploadproto::reference
