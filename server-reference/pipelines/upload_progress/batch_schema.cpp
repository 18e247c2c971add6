// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/upload_progress/batch_schema.hpp"

#include <array>

namespace uploadproto::reference {
namespace {

/** `upload_progress_jobs` has the columns of every table of jobs (jobs/job_table.hpp); `job_id` is the
   batch's id, and `invalid_ids` counts the rows that were not taken.

    `upload_progress_messages`: what was told of a batch that has ended, as JSON.

    `transactions` (UP-P4): `import_batch` with `row` as the user counts makes a second load of a batch meet
   the rows of the first. `amount` is in ten-thousandths, exactly. 255 stands where nothing was decided yet:
   an update then leaves a row's size as it is.
*/
constexpr std::array steps{R"sql(
CREATE TABLE upload_progress_jobs (
  seq            INTEGER PRIMARY KEY AUTOINCREMENT,
  job_id         TEXT NOT NULL UNIQUE,
  user_id        TEXT NOT NULL,
  file_name      TEXT NOT NULL,
  stored_file    TEXT NOT NULL,
  stored_bytes   INTEGER NOT NULL,
  uploaded_at    INTEGER NOT NULL,
  queue_order    INTEGER NOT NULL,
  status         TEXT NOT NULL CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'cancelled')),
  attempt        INTEGER NOT NULL DEFAULT 0,
  interruptions  INTEGER NOT NULL DEFAULT 0,
  started_at     INTEGER,
  ended_at       INTEGER,
  stage          TEXT,
  progress       REAL NOT NULL DEFAULT 0,
  total_records  INTEGER,
  valid_records  INTEGER,
  invalid_ids    INTEGER,
  duplicates     INTEGER,
  not_registered INTEGER,
  inserts        INTEGER,
  updates        INTEGER,
  errors         INTEGER,
  report_file    TEXT,
  error          TEXT,
  CHECK ((status IN ('completed', 'failed', 'cancelled')) = (ended_at IS NOT NULL))
) STRICT;
CREATE INDEX upload_progress_jobs_queue ON upload_progress_jobs (status, queue_order);
CREATE INDEX upload_progress_jobs_order ON upload_progress_jobs (queue_order);
CREATE INDEX upload_progress_jobs_user ON upload_progress_jobs (user_id, seq);
CREATE INDEX upload_progress_jobs_files ON upload_progress_jobs (ended_at) WHERE stored_file <> '';

CREATE TABLE upload_progress_messages (
  job_seq INTEGER NOT NULL REFERENCES upload_progress_jobs,
  number  INTEGER NOT NULL,
  message TEXT NOT NULL,
  PRIMARY KEY (job_seq, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE transactions (
  import_batch INTEGER NOT NULL REFERENCES upload_progress_jobs,
  row          INTEGER NOT NULL,
  date         TEXT NOT NULL CHECK (length(date) = 10),
  amount       INTEGER NOT NULL,
  description  TEXT NOT NULL,
  vendor       TEXT NOT NULL,
  reference    TEXT NOT NULL,
  category     INTEGER NOT NULL DEFAULT 255,
  decided_by   INTEGER NOT NULL DEFAULT 255,
  PRIMARY KEY (import_batch, row)
) STRICT, WITHOUT ROWID;
)sql"};

}  // namespace

schema_steps upload_progress_schema() {
  return steps;
}

}  // namespace uploadproto::reference
