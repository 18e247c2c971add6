// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_FILE_UPLOAD_SERVICE_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_FILE_UPLOAD_SERVICE_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "jobs/job_view.hpp"
#include "pipelines/file_upload/event.hpp"
#include "pipelines/file_upload/stored_rows.hpp"
#include "storage/data_directory.hpp"
#include "storage/storage_error.hpp"
#include "templates/template_set.hpp"

namespace uploadproto::reference {

struct file_upload_options {
  /** Holds a database, `uploads/` and `work/`; made when missing. One process at a time, nothing else in it.
   */
  std::filesystem::path data_directory;
  template_set templates = template_set::shipped();
  std::uint64_t max_rows = 100'000;  ///< below the header, of one file
  std::size_t batch_rows = 500;      ///< rows a database transaction, and between two progress events
  unsigned max_interruptions = 10;   ///< crashes a job may take part in before it is failed
  /** 0 = no limit (4 KiB a page); a quota, and how tests fill the disk. */
  std::uint64_t max_database_pages = 0;
  /** How long the files of failed jobs are kept; 0 for ever. Those of completed ones go at once. */
  std::chrono::milliseconds retention{std::chrono::days{30}};
  /** Pauses before a job that met a full disk is begun anew: the first, doubled up to the longest. */
  std::chrono::milliseconds first_room_wait{500}, longest_room_wait{30'000};
};

/** A job as its status shows it (FU-H2). */
struct file_job_view {
  std::string job_id;
  std::string template_name;
  std::string file_name;
  std::string status;  ///< `queued`, or one of FU-E1
  double progress = 0;
  std::string message;
  std::optional<std::uint64_t> processed, total;  ///< rows; once they are counted
  std::vector<std::string> errors;
  timestamp_ms created_at{};
  std::optional<timestamp_ms> ended_at;
  std::optional<contract::file_upload_result> result;  ///< of a completed job
  std::optional<std::string> error;                    ///< of a failed one
};

/** Accepts files, loads their rows through templates on worker threads, and answers for jobs and rows
    afterwards. A job survives the end of the process at any moment and goes on where it was.

    Every method may be called from any thread; those that change or read something wait for the disk: call
    them off the event loop. Errors: `storage_full`, `std::exception` for what the caller cannot mend. */
class file_upload_service {
 public:
  /** Receives every event of every job, from worker threads; for one job in order. The terminal event is on
      disk before it is handed out. Must be quick and must not call the service. */
  using event_sink = file_upload_sink;

  /** Opens (or makes) the data directory and takes up what an earlier process left. No worker runs yet.
      @throws data_directory_in_use, storage_full, std::exception with a sentence */
  file_upload_service(file_upload_options options, event_sink sink);
  ~file_upload_service();
  file_upload_service(file_upload_service const&) = delete;
  file_upload_service& operator=(file_upload_service const&) = delete;

  template_set const& templates() const;

  /** Where uploads are to be stored before `accept`; what no job names is removed at the next start. */
  std::filesystem::path uploads_directory() const;

  /** Begins to work with that many threads (at least one). Call once. */
  void start(unsigned workers = 1);
  /** Takes no further job and lets running ones finish until `deadline`; those that do not go on at the next
      start. Later calls and the destructor do nothing more. */
  void drain(std::chrono::steady_clock::time_point deadline);
  void stop() { drain(std::chrono::steady_clock::now()); }

  /** Makes a job of a stored and synced file (FU-H1). When it returns true the job is on disk and the file
      belongs to it; the template is kept as it is now.
      @param file_name ends as `table_kind_of` knows it
      @return false, and nothing changed, where the id has been used */
  bool accept(std::string const& job_id, file_template const& through, std::string const& file_name,
              std::filesystem::path const& stored_path, std::uint64_t size);

  /** FU-H2. */
  std::optional<file_job_view> find(std::string const& job_id) const;

  /** The event that ended a job, as it was sent; empty for a job that goes on. */
  std::optional<file_upload_event> end_of(std::string const& job_id) const;

  /** FU-H4. */
  stored_page rows(std::string const& template_name, std::uint64_t page, std::uint64_t limit) const;

  /** A file that is gone with its last owner. */
  using work_file = std::shared_ptr<std::filesystem::path const>;
  /** FU-H5. */
  work_file export_rows(file_template const& of) const;
  /** FU-H3. */
  work_file template_workbook(file_template const& of, bool with_samples) const;

 private:
  class impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace uploadproto::reference

#endif
