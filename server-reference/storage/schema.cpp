// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "storage/schema.hpp"

#include <array>
#include <stdexcept>
#include <string>

namespace uploadproto::reference {
namespace {

/** `members` (BU-P4) has a rowid and an index on the id rather than the id as its key: ids come in no order,
   and a batch then dirties the small index at random instead of the whole table. `created_by_job` lets a job
   that is resumed or retried recognise the rows that it brought in itself. The name of a constraint is the
   sentence that the owner of a refused row reads.

    `bulk_upload_jobs`: the jobs. Their counts `inserts`, `updates`, `errors` change in the transactions that
   change the members.

    `bulk_upload_batches`: what a job has already done to `members`, a row a batch, kept until the job
   completes or its files expire. `digest` is that of the batch's content, `outcomes` one byte a row of it.

    `register_answers`: what the register has already said to a job that had to be broken off, so that no
   look-up is paid for twice; kept until the job completes.
*/
constexpr char const* bulk_upload_tables_sql = R"sql(
CREATE TABLE members (
  member_id           INTEGER PRIMARY KEY,
  id_number           TEXT NOT NULL UNIQUE CHECK (length(id_number) = 13),
  first_name          TEXT CONSTRAINT "The name has more than 200 characters" CHECK (length(first_name) <= 200),
  surname             TEXT CONSTRAINT "The surname has more than 200 characters" CHECK (length(surname) <= 200),
  cell_number         TEXT CONSTRAINT "The cell number has more than 32 characters" CHECK (length(cell_number) <= 32),
  email               TEXT CONSTRAINT "The e-mail address has more than 254 characters" CHECK (length(email) <= 254),
  province            TEXT CONSTRAINT "The province has more than 100 characters" CHECK (length(province) <= 100),
  municipality        TEXT CONSTRAINT "The municipality has more than 100 characters" CHECK (length(municipality) <= 100),
  ward                TEXT CONSTRAINT "The ward has more than 64 characters" CHECK (length(ward) <= 64),
  voting_district     TEXT CONSTRAINT "The voting district has more than 100 characters" CHECK (length(voting_district) <= 100),
  date_of_birth       TEXT CONSTRAINT "The date of birth has more than 32 characters" CHECK (length(date_of_birth) <= 32),
  gender              TEXT CONSTRAINT "The gender has more than 64 characters" CHECK (length(gender) <= 64),
  race                TEXT CONSTRAINT "The race has more than 64 characters" CHECK (length(race) <= 64),
  language            TEXT CONSTRAINT "The language has more than 64 characters" CHECK (length(language) <= 64),
  citizenship         TEXT CONSTRAINT "The citizenship has more than 64 characters" CHECK (length(citizenship) <= 64),
  residential_address TEXT CONSTRAINT "The residential address has more than 1000 characters" CHECK (length(residential_address) <= 1000),
  postal_address      TEXT CONSTRAINT "The postal address has more than 1000 characters" CHECK (length(postal_address) <= 1000),
  landline            TEXT CONSTRAINT "The landline number has more than 32 characters" CHECK (length(landline) <= 32),
  occupation          TEXT CONSTRAINT "The occupation has more than 200 characters" CHECK (length(occupation) <= 200),
  membership_number   TEXT CONSTRAINT "The membership number has more than 64 characters" CHECK (length(membership_number) <= 64),
  membership_type     TEXT CONSTRAINT "The membership type has more than 64 characters" CHECK (length(membership_type) <= 64),
  date_joined         TEXT NOT NULL CONSTRAINT "The joining date has more than 32 characters" CHECK (length(date_joined) <= 32),
  expiry_date         TEXT CONSTRAINT "The expiry date has more than 32 characters" CHECK (length(expiry_date) <= 32),
  last_payment        TEXT CONSTRAINT "The last payment has more than 64 characters" CHECK (length(last_payment) <= 64),
  subscription        TEXT CONSTRAINT "The subscription has more than 64 characters" CHECK (length(subscription) <= 64),
  branch              TEXT CONSTRAINT "The branch has more than 200 characters" CHECK (length(branch) <= 200),
  status              TEXT CONSTRAINT "The status has more than 64 characters" CHECK (length(status) <= 64),
  voter_registered    INTEGER CHECK (voter_registered IN (0, 1)),
  voter_status        TEXT,
  voter_ward          TEXT,
  voter_district      TEXT,
  created_by_job      INTEGER NOT NULL,
  updated_by_job      INTEGER
) STRICT;
CREATE INDEX bulk_upload_jobs_user ON bulk_upload_jobs (user_id, seq);

CREATE TABLE bulk_upload_batches (
  job_seq  INTEGER NOT NULL REFERENCES bulk_upload_jobs,
  batch    INTEGER NOT NULL,
  digest   INTEGER NOT NULL,
  inserts  INTEGER NOT NULL,
  updates  INTEGER NOT NULL,
  errors   INTEGER NOT NULL,
  outcomes BLOB NOT NULL,
  PRIMARY KEY (job_seq, batch)
) STRICT, WITHOUT ROWID;

CREATE TABLE register_answers (
  job_seq      INTEGER NOT NULL REFERENCES bulk_upload_jobs,
  id_number    INTEGER NOT NULL,
  registered   INTEGER NOT NULL,
  voter_status TEXT NOT NULL,
  ward         TEXT NOT NULL,
  vd           TEXT NOT NULL,
  PRIMARY KEY (job_seq, id_number)
) STRICT, WITHOUT ROWID;
)sql";

constexpr char const* bulk_upload_files_sql = R"sql(
CREATE INDEX bulk_upload_jobs_files ON bulk_upload_jobs (ended_at)
  WHERE stored_file <> '' OR report_file IS NOT NULL;
)sql";

constexpr std::string_view jobs_sql = R"sql(
CREATE TABLE {jobs} (
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
CREATE INDEX {jobs}_queue ON {jobs} (status, queue_order);
CREATE INDEX {jobs}_order ON {jobs} (queue_order);
)sql";

}  // namespace

std::string jobs_table(std::string_view name) {
  constexpr std::string_view place = "{jobs}";
  std::string sql;
  std::string_view rest = jobs_sql;
  for (auto at = rest.find(place); at != std::string_view::npos; at = rest.find(place)) {
    sql.append(rest.substr(0, at)).append(name);
    rest.remove_prefix(at + place.size());
  }
  return sql.append(rest);
}

schema_steps bulk_upload_schema() {
  static std::array const steps{jobs_table("bulk_upload_jobs") + bulk_upload_tables_sql,
                                std::string{bulk_upload_files_sql}};
  return steps;
}

void bring_up_to_date(SQLite::Database& connection, schema_steps steps) {
  auto const seen = connection.execAndGet("PRAGMA user_version").getInt64();
  if (seen < 0 || static_cast<std::size_t>(seen) > steps.size())
    throw std::runtime_error("The database was written by a newer version of this program");
  for (auto step = static_cast<std::size_t>(seen); step < steps.size(); ++step) connection.exec(steps[step]);
  connection.exec("PRAGMA user_version = " + std::to_string(steps.size()));
}

}  // namespace uploadproto::reference
