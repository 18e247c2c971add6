// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/upload_progress/batch_schema.hpp"

#include <array>
#include <string>

namespace uploadproto::reference {
namespace {

/** `upload_progress_jobs`: the jobs; `job_id` is the batch's id, and `invalid_ids` counts the rows that were
   not taken.

    `upload_progress_messages`: what was told of a batch that has ended, as JSON.

    `transactions` (UP-P4): `import_batch` with `row` as the user counts makes a second load of a batch meet
   the rows of the first. `amount` is in ten-thousandths, exactly. 255 stands where nothing was decided yet:
   an update then leaves a row's size as it is.
*/
constexpr char const* tables_sql = R"sql(
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
)sql";

}  // namespace

schema_steps upload_progress_schema() {
  static std::array const steps{jobs_table("upload_progress_jobs") + tables_sql};
  return steps;
}

}  // namespace uploadproto::reference
