// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_BULK_UPLOAD_SERVICE_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_BULK_UPLOAD_SERVICE_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "jobs/job_view.hpp"
#include "pipelines/bulk_upload/event.hpp"
#include "storage/data_directory.hpp"
#include "storage/storage_error.hpp"

namespace uploadproto::reference {

class register_lookup;

struct bulk_upload_options {
  /** Holds `uploadproto.db`, `uploads/`, `work/` and `reports/`; made when missing. One process at a time. */
  std::filesystem::path data_directory;
  /** Answers whether an id is registered; the embedded register when empty. Shared by all workers. */
  std::shared_ptr<register_lookup> lookup{};
  std::size_t batch_rows = 4000;    ///< rows a database transaction
  unsigned max_interruptions = 10;  ///< crashes a job may take part in before it is failed
  /** 0 = no limit (4 KiB a page); a quota, and how tests fill the disk. */
  std::uint64_t max_database_pages = 0;
  /** How long stored files and reports are kept after their job's end; 0 for ever. */
  std::chrono::milliseconds retention{std::chrono::days{30}};
  /** Pauses before a job that met a full disk is begun anew: the first, doubled up to the longest. */
  std::chrono::milliseconds first_room_wait{500}, longest_room_wait{30'000};
};

/** Accepts bulk uploads, runs their jobs on worker threads and answers for them afterwards.

    Every method may be called from any thread. The calls that change something write to disk and wait for it
    (a few milliseconds, behind a running batch some tens of them): call them off the event loop where that
   matters.

    Users are kept apart here: a job of another user is the same as a job that does not exist (BU-R6, BU-H).

    Errors: `storage_full` where the disk is; `std::exception` for anything else that the caller cannot mend.
*/
class bulk_upload_service {
 public:
  /** Receives every event of every job. Called from worker threads, and from `cancel` in its caller's thread;
      for one job never concurrently and in order, nothing of an attempt after its terminal event (CO-6,
     CO-7). The terminal event is on disk before it is handed out. The function must be quick (post to your
     loop) and must not call the service. */
  using event_sink = bulk_upload_sink;

  /** Opens (or makes) the data directory and takes up what an earlier process left: jobs that had not ended
     wait again, stored files that belong to no job and work files are removed. No worker runs before `start`.
      @throws data_directory_in_use, storage_full, std::exception with a sentence */
  bulk_upload_service(bulk_upload_options options, event_sink sink);
  ~bulk_upload_service();
  bulk_upload_service(bulk_upload_service const&) = delete;
  bulk_upload_service& operator=(bulk_upload_service const&) = delete;

  /** Where uploads are to be stored before `accept` (same file system as everything else). Files in it that
     no job names are removed when the service is constructed, so a crash between storing and accepting leaves
     nothing. */
  std::filesystem::path uploads_directory() const;

  /** Begins to work with that many threads (at least one). Call once. */
  void start(unsigned workers = 1);

  /** Takes no further job and lets running ones finish until `deadline`; those that do not are interrupted
     and run again at the next start. Returns when no worker runs. Later calls and the destructor do nothing
     more. */
  void drain(std::chrono::steady_clock::time_point deadline);

  /** Stops at once: running jobs are interrupted within a fraction of a second and run again at the next
   * start. */
  void stop() { drain(std::chrono::steady_clock::now()); }

  struct accepted {
    std::string job_id;  ///< `job-{milliseconds}-{digits}` (BU-L9), unique
    job_status status = job_status::pending;
    std::string file_name;
    std::uint64_t queue_position = 0;  ///< 1 is next
  };
  /** Makes a job of a stored file (BU-H1). When it returns the job is on disk and survives a crash.
      The file must have been synced; from now on it belongs to the job. If this throws it still is the
     caller's.
      @param size in bytes
      @throws storage_full */
  accepted accept(std::string const& user, std::string const& original_file_name,
                  std::filesystem::path const& stored_path, std::uint64_t size);

  /** BU-H2. Empty for a job that is not `user`'s. */
  std::optional<job_view> find(std::string const& user, std::string const& job_id) const;

  struct owned_job {
    std::string user;
    /** The latest progress event or the terminal event, with the timestamp it had (CO-10); empty while the
       job waits. */
    std::optional<bulk_upload_event> latest;
  };
  /** The owner of a job and what a client that comes late is to be told. For the server's own use: checks no
   * user. */
  std::optional<owned_job> find_any(std::string const& job_id) const;

  enum class cancel_result { ok, not_found, already_ended };
  /** BU-H4. On `ok` the job has ended as `cancelled`: no further row is committed, `find` gives the final
     counts and the terminal event is out; the worker drops its work within a fraction of a second. */
  cancel_result cancel(std::string const& user, std::string const& job_id);

  enum class retry_result { ok, not_found, conflict, file_gone };
  /** BU-H8. `conflict` for a job that neither failed nor was cancelled, `file_gone` for one whose stored file
     is not kept any more. */
  retry_result retry(std::string const& user, std::string const& job_id);

  /** Removes the files of jobs that ended longer ago than they are kept; also done at the start and every
      hour. @return how many files */
  std::uint64_t remove_expired(timestamp_ms now);

  /** BU-H5. @param page from 1 @param limit 1 to 100; both are brought into range */
  job_page history(std::string const& user, std::uint64_t page, std::uint64_t limit) const;
  /** BU-H6. */
  queue_counts queue_stats(std::string const& user) const;
  /** BU-H7: own jobs that run or wait, in the order in which they are worked on. @param limit 1 to 100 */
  std::vector<job_view> queue_jobs(std::string const& user, std::uint64_t limit) const;

  /** BU-H3: the report of a completed job. Empty for another user's job and for one without a report. */
  std::optional<std::filesystem::path> report_file(std::string const& user, std::string const& job_id) const;

 private:
  class impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace uploadproto::reference

#endif
