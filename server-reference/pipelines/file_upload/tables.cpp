// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/file_upload/tables.hpp"

#include <array>

namespace uploadproto::reference {
namespace {

/** `file_upload_jobs` has the columns of every job table; of the counts none is used here.

    `file_loads`: through which template a job's file is loaded, as the template was when the job was
   accepted, and how far it is. It changes in the transactions that store the rows, so that an attempt goes on
   exactly where the one before was broken off: `last_row` is the last row that was judged, as the user
   counts.

    `template_rows`: what was stored, of all templates; `content` is a JSON object by field. Templates come
   and go with files, so that rows have no columns of their own. `template_keys`: the values of unique
   columns.
*/
constexpr std::array steps{R"sql(
CREATE TABLE file_upload_jobs (
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
CREATE INDEX file_upload_jobs_queue ON file_upload_jobs (status, queue_order);
CREATE INDEX file_upload_jobs_order ON file_upload_jobs (queue_order);
CREATE INDEX file_upload_jobs_files ON file_upload_jobs (ended_at) WHERE stored_file <> '';

CREATE TABLE file_loads (
  job_id      TEXT PRIMARY KEY,
  template    TEXT NOT NULL,
  definition  TEXT NOT NULL,
  total       INTEGER,
  processed   INTEGER NOT NULL DEFAULT 0,
  stored      INTEGER NOT NULL DEFAULT 0,
  last_row    INTEGER NOT NULL DEFAULT 0,
  errors      TEXT NOT NULL DEFAULT '[]',
  error_count INTEGER NOT NULL DEFAULT 0,
  CHECK (stored <= processed AND processed <= coalesce(total, 0))
) STRICT, WITHOUT ROWID;

CREATE TABLE template_rows (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  template TEXT NOT NULL,
  job_seq  INTEGER NOT NULL REFERENCES file_upload_jobs,
  row      INTEGER NOT NULL,
  content  TEXT NOT NULL,
  UNIQUE (job_seq, row)
) STRICT;
CREATE INDEX template_rows_order ON template_rows (template, id);

CREATE TABLE template_keys (
  template TEXT NOT NULL,
  field    TEXT NOT NULL,
  value    TEXT NOT NULL,
  row_id   INTEGER NOT NULL REFERENCES template_rows,
  PRIMARY KEY (template, field, value)
) STRICT, WITHOUT ROWID;
)sql"};

}  // namespace

schema_steps file_upload_schema() {
  return steps;
}

job_tables file_upload_tables() {
  return {"file_upload_jobs", {}};
}

}  // namespace uploadproto::reference
