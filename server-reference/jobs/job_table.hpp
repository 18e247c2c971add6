// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_JOBS_JOB_TABLE_HPP
#define UPLOADPROTO_REFERENCE_JOBS_JOB_TABLE_HPP

#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/job_view.hpp"
#include "storage/attempt_key.hpp"
#include "storage/database.hpp"

namespace uploadproto::reference {

/** A job as it stands in the table. */
struct job_record {
  attempt_key key;
  std::string job_id;
  std::string user;
  std::string file_name;
  std::filesystem::path stored_file;  ///< empty once it has expired
  std::uint64_t stored_bytes = 0;
  timestamp_ms uploaded_at{};
  job_status status = job_status::pending;
  std::optional<timestamp_ms> started_at;
  std::optional<timestamp_ms> ended_at;
  std::optional<std::string> stage;  ///< of the last progress before the end
  double progress = 0;
  std::optional<validation_counts> validation;
  std::optional<database_counts> database;
  std::optional<std::filesystem::path> report_file;
  std::optional<std::string> error;
  std::optional<std::uint64_t> queue_position;
};

/** How long the attempt that ended took; 0 where the clock was set back meanwhile. @pre the job has ended */
std::uint64_t duration_of(job_record const& job);

/** What the table alone says of a job to its owner. */
job_view view_of(job_record const& job);

/** How an attempt ends. */
struct job_end {
  job_status status = job_status::failed;  ///< `completed`, `failed` or `cancelled`
  std::optional<std::string> stage{};
  double progress = 0;
  std::optional<validation_counts> validation{};
  std::optional<std::filesystem::path> report_file{};
  std::optional<std::string> error{};
};

/** Whose jobs a table holds: each pipeline has its own, of the same columns. */
struct job_tables {
  std::string jobs;                      ///< trusted names, never user input
  std::vector<std::string> of_attempts;  ///< what is kept by `job_seq` for a further attempt
};
inline job_tables bulk_upload_tables() {
  return {"bulk_upload_jobs", {"bulk_upload_batches", "register_answers"}};
}

/** The durable table of jobs, and at once their queue: the database alone says what waits.

    Each change is one committed transaction that survives a power cut. An attempt's end is decided here and
   only here: of all that try to end it, exactly one gets `true` (CO-7). Thread-safe. Every method throws
   `storage_full` or `std::runtime_error`.
*/
class job_table {
 public:
  explicit job_table(database& db, job_tables tables = bulk_upload_tables());

  /** A new waiting job with an id `job-{milliseconds}-{digits}` that no job has (BU-L9). */
  job_record add(std::string const& user, std::string const& file_name,
                 std::filesystem::path const& stored_file, std::uint64_t stored_bytes, timestamp_ms now);

  /** As `add`, with an id that the client chose. Empty, and nothing changed, when there is such a job. */
  std::optional<job_record> add_named(std::string const& job_id, std::string const& user,
                                      std::string const& file_name, std::filesystem::path const& stored_file,
                                      std::uint64_t stored_bytes, timestamp_ms now);

  /** A job that ends with its beginning: failed, without a file. Empty, and nothing changed, when there is a
     job of that id. */
  std::optional<job_record> add_failed(std::string const& job_id, std::string const& user,
                                       std::string const& file_name, std::string const& error,
                                       timestamp_ms now);

  std::optional<job_record> find(std::string const& job_id) const;

  /** Begins the next attempt of the job that has waited longest; empty when none waits. */
  std::optional<job_record> claim(timestamp_ms now);

  /** Ends the attempt. False, and nothing changed, when it is over already. The job as it then stands is put
     in `after`. */
  bool end(attempt_key key, job_end const& how, timestamp_ms now, job_record& after);

  /** Ends a job that waits, or the attempt that `key` names, as cancelled. */
  bool cancel(attempt_key key, job_end const& how, timestamp_ms now, job_record& after);

  /** Puts a failed or cancelled job at the end of the queue, under a new attempt key: what still winds down
     of the old attempt is not taken for it. False for any other. */
  bool retry(std::string const& job_id);

  /** Puts a running job back to where it stood in the queue, without an end. */
  void release(attempt_key key);

  /** After a crash: jobs that were running wait again in their old places. Those that have now been
     interrupted `max_interruptions` times are failed instead, with `error`. @return how many wait again */
  std::uint64_t recover(unsigned max_interruptions, std::string const& error, timestamp_ms now);

  /** Lets go of the stored files and reports of jobs that ended before that moment, and of what was kept for
     a further attempt of theirs. @return the files, to be removed now; empty when there are no more such jobs
   */
  std::vector<std::filesystem::path> expire(timestamp_ms ended_before, std::size_t most_jobs);

  std::vector<job_record> history(std::string const& user, std::uint64_t offset, std::uint64_t limit) const;
  std::vector<job_record> queue(std::string const& user, std::uint64_t limit) const;
  queue_counts counts(std::string const& user) const;

  /** Stored uploads that a job may still need, and reports of completed jobs. */
  std::set<std::filesystem::path> files_in_use() const;

 private:
  void forget_attempts(std::int64_t seq);
  bool end_where(char const* condition, attempt_key key, job_end const& how, timestamp_ms now,
                 job_record& after);
  std::optional<job_record> by_seq(std::int64_t seq) const;

  std::string sql(std::string text) const;
  bool insert(job_record const& job);

  database& database_;
  job_tables const tables_;
  mutable std::mutex mutex_;  ///< one connection: one thread at a time
  std::unique_ptr<SQLite::Database> connection_;
};

}  // namespace uploadproto::reference

#endif
