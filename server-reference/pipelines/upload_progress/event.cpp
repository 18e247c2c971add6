// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/upload_progress/event.hpp"

#include <uploadproto/contract/timestamp.hpp>

#include "pipelines/wording.hpp"

namespace uploadproto::reference {

upload_progress_event terminal_event_of_batch(job_record const& job) {
  upload_progress_event event;
  event.batch_id = job.job_id;
  event.timestamp = contract::format_timestamp(job.ended_at.value());
  contract::upload_progress_details details;
  details.filename = job.file_name;
  details.size = job.stored_bytes;
  if (job.validation) {
    details.total = job.validation->total_records;
    details.processed = job.status == job_status::completed
                            ? job.validation->total_records
                            : job.database.value_or(database_counts{}).inserts;
    details.errors = job.validation->invalid_ids;
  }
  event.details = std::move(details);
  if (job.status == job_status::completed) {
    auto const rows = job.validation.value_or(validation_counts{});
    event.status = "completed";
    event.stage = "categorization";
    event.progress = 100;
    event.message =
        counted(rows.valid_records, "transaction", "transactions") + " stored and categorised" +
        (rows.invalid_ids == 0 ? ""
                               : "; " + counted(rows.invalid_ids, "row was", "rows were") + " not taken");
    return event;
  }
  event.status = "error";
  event.stage = job.stage.value_or(std::string(contract::upload_progress_stages[0].name));
  event.progress = job.progress;
  event.error = job.error.value_or("The upload failed");
  event.message = job.status == job_status::cancelled ? "The upload was cancelled" : "The upload failed";
  return event;
}

}  // namespace uploadproto::reference
