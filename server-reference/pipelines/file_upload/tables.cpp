// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/file_upload/tables.hpp"

#include <array>
#include <string>

namespace uploadproto::reference {
namespace {

/** `file_upload_jobs`: the jobs; of the counts none is used here.

    `file_loads`: through which template a job's file is loaded, as the template was when the job was
   accepted, and how far it is. It changes in the transactions that store the rows, so that an attempt goes on
   exactly where the one before was broken off: `last_row` is the last row that was judged, as the user
   counts.

    `template_rows`: what was stored, of all templates; `content` is a JSON object by field. Templates come
   and go with files, so that rows have no columns of their own. `template_keys`: the values of unique
   columns.
*/
constexpr char const* tables_sql = R"sql(
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
)sql";

}  // namespace

schema_steps file_upload_schema() {
  static std::array const steps{jobs_table("file_upload_jobs") + tables_sql};
  return steps;
}

job_tables file_upload_tables() {
  return {"file_upload_jobs", {}};
}

}  // namespace uploadproto::reference
