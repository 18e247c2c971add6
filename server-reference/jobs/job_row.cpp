// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "jobs/job_row.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <string>

namespace uploadproto::reference {
namespace {

constexpr std::array<std::string_view, 5> status_names{"pending", "processing", "completed", "failed",
                                                       "cancelled"};

timestamp_ms time_of(SQLite::Column const& column) {
  return timestamp_ms(std::chrono::milliseconds(column.getInt64()));
}

}  // namespace

std::string_view to_string(job_status status) {
  return status_names[static_cast<std::size_t>(status)];
}

job_status status_named(std::string_view name) {
  auto const found = std::find(status_names.begin(), status_names.end(), name);
  if (found == status_names.end()) throw std::runtime_error("The job table holds an unknown status");
  return static_cast<job_status>(found - status_names.begin());
}

char const* const select_jobs = R"sql(
SELECT seq, attempt, job_id, user_id, file_name, stored_file, uploaded_at, status, started_at, ended_at,
       stage, progress, total_records, valid_records, invalid_ids, duplicates, not_registered,
       inserts, updates, errors, report_file, error,
       CASE status WHEN 'pending' THEN (SELECT count(*) FROM {jobs} AS ahead
         WHERE ahead.queue_order <= job.queue_order AND ahead.status = 'pending') END, stored_bytes
FROM {jobs} AS job )sql";

std::uint64_t duration_of(job_record const& job) {
  if (!job.started_at || !job.ended_at) return 0;
  return static_cast<std::uint64_t>(std::max<std::int64_t>((*job.ended_at - *job.started_at).count(), 0));
}

job_view view_of(job_record const& job) {
  job_view view;
  view.job_id = job.job_id;
  view.status = job.status;
  view.stage = job.stage;
  view.progress = job.progress;
  view.file_name = job.file_name;
  view.uploaded_at = job.uploaded_at;
  view.ended_at = job.ended_at;
  view.validation_stats = job.validation;
  view.database_stats = job.database;
  view.error = job.error;
  view.queue_position = job.queue_position;
  view.attempt = static_cast<std::uint64_t>(job.key.attempt);
  if (has_ended(job.status)) view.processing_duration_ms = duration_of(job);
  return view;
}

job_record read_job(SQLite::Statement& row) {
  auto const count = [&](int column) { return static_cast<std::uint64_t>(row.getColumn(column).getInt64()); };
  auto const text = [&](int column) -> std::optional<std::string> {
    if (row.isColumnNull(column)) return std::nullopt;
    return row.getColumn(column).getString();
  };
  job_record job;
  job.key = {row.getColumn(0).getInt64(), row.getColumn(1).getInt64()};
  job.job_id = row.getColumn(2).getString();
  job.user = row.getColumn(3).getString();
  job.file_name = row.getColumn(4).getString();
  job.stored_file = row.getColumn(5).getString();
  job.uploaded_at = time_of(row.getColumn(6));
  job.status = status_named(row.getColumn(7).getText());
  if (!row.isColumnNull(8)) job.started_at = time_of(row.getColumn(8));
  if (!row.isColumnNull(9)) job.ended_at = time_of(row.getColumn(9));
  job.stage = text(10);
  job.progress = row.getColumn(11).getDouble();
  if (!row.isColumnNull(12)) job.validation = {count(12), count(13), count(14), count(15), count(16)};
  if (!row.isColumnNull(17)) job.database = {count(17), count(18), count(19)};
  if (auto file = text(20)) job.report_file = *file;
  job.error = text(21);
  if (!row.isColumnNull(22)) job.queue_position = count(22);
  job.stored_bytes = count(23);
  return job;
}

}  // namespace uploadproto::reference
