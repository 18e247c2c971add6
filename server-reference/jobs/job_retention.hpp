// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_JOBS_JOB_RETENTION_HPP
#define UPLOADPROTO_REFERENCE_JOBS_JOB_RETENTION_HPP

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "jobs/job_table.hpp"
#include "jobs/job_workers.hpp"
#include "storage/data_directory.hpp"

namespace uploadproto::reference {

/** Removes the stored files and reports of jobs that ended long ago; the jobs' rows stay. Thread-safe.

    The table lets go of a file before the file goes: a crash between the two leaves what the next start
    sweeps. It holds the endings meanwhile, so that a retry finds its file either kept or gone. */
class job_retention {
 public:
  /** @param keep counted from a job's end; 0 for ever */
  job_retention(job_table& table, data_directory const& directory, job_workers& workers,
                std::chrono::milliseconds keep)
      : table_(table), directory_(directory), workers_(workers), keep_(keep) {}
  ~job_retention() { stop(); }
  job_retention(job_retention const&) = delete;
  job_retention& operator=(job_retention const&) = delete;

  /** Sweeps now, and then every hour, on a thread of its own. */
  void start();
  void stop();

  /** @return how many files were removed */
  std::uint64_t sweep(timestamp_ms now);

 private:
  void run();

  job_table& table_;
  data_directory const& directory_;
  job_workers& workers_;
  std::chrono::milliseconds const keep_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace uploadproto::reference

#endif
