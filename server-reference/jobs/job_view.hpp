// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_JOBS_JOB_VIEW_HPP
#define UPLOADPROTO_REFERENCE_JOBS_JOB_VIEW_HPP

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/** @file
    What a job looks like from outside: the values that the REST interface shows (BU-H2, BU-H5 to BU-H7).
*/
namespace uploadproto::reference {

/** Where a job stands. `completed`, `failed` and `cancelled` are its ends; only a retry leaves the last two.
 */
enum class job_status : unsigned char { pending, processing, completed, failed, cancelled };

/** `pending`, `processing`, `completed`, `failed` or `cancelled`. */
std::string_view to_string(job_status status);

/** True where nothing more happens to the job unless its owner retries it. */
constexpr bool has_ended(job_status status) {
  return status == job_status::completed || status == job_status::failed || status == job_status::cancelled;
}

/** BU-E2 `validation_stats`: counts of data rows; `total = valid + invalid + duplicates` (BU-L6). */
struct validation_counts {
  std::uint64_t total_records = 0;
  std::uint64_t valid_records = 0;
  std::uint64_t invalid_ids = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t not_registered = 0;
  friend bool operator==(validation_counts const&, validation_counts const&) = default;
};

/** BU-E2 `database_stats`: rows of which the database keeps, changed or refused one; committed rows only. */
struct database_counts {
  std::uint64_t inserts = 0;
  std::uint64_t updates = 0;
  std::uint64_t errors = 0;
  friend bool operator==(database_counts const&, database_counts const&) = default;
};

using timestamp_ms = std::chrono::sys_time<std::chrono::milliseconds>;

/** One job as its owner sees it (BU-H2). A member without a value yet is empty; on the wire it is absent
 * (CO-2). */
struct job_view {
  std::string job_id;
  job_status status = job_status::pending;
  std::optional<std::string> stage;  ///< BU-L1 name; empty while the job waits
  double progress = 0;               ///< 0 to 100; of the last progress event of the latest attempt
  std::string file_name;             ///< as the user named it
  timestamp_ms uploaded_at{};
  std::optional<timestamp_ms> ended_at;
  std::optional<std::uint64_t> processing_duration_ms;  ///< of the latest attempt, once it has ended
  std::optional<validation_counts> validation_stats;    ///< once the rows have been judged
  std::optional<database_counts>
      database_stats;                           ///< once rows have been committed; exact after a cancellation
  std::optional<std::string> report_path;       ///< API path, on completed jobs
  std::optional<std::string> error;             ///< a sentence, on failed and cancelled jobs
  std::optional<std::uint64_t> queue_position;  ///< 1 is next; waiting jobs only
  std::uint64_t attempt = 0;                    ///< grows whenever the job is begun or retried
};

/** One page of the caller's own jobs, newest first (BU-H5). */
struct job_page {
  std::vector<job_view> jobs;
  std::uint64_t page = 1;   ///< counted from 1
  std::uint64_t limit = 0;  ///< jobs a page, as it was applied
  std::uint64_t total = 0;  ///< own jobs in all
};

/** BU-H6: the caller's own jobs. `failed` includes the cancelled ones, so that the four add up to `total`. */
struct queue_counts {
  std::uint64_t waiting = 0;
  std::uint64_t active = 0;
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::uint64_t total = 0;
};

}  // namespace uploadproto::reference

#endif
