// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_JOBS_JOB_WORKERS_HPP
#define UPLOADPROTO_REFERENCE_JOBS_JOB_WORKERS_HPP

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "jobs/job_attempt.hpp"
#include "jobs/job_table.hpp"
#include "jobs/room_wait.hpp"
#include "storage/data_directory.hpp"

namespace uploadproto::reference {

/** The threads that take waiting jobs from the table, run their attempts and end them, and the record of
   which attempts run. Thread-safe.

    A full disk ends no job: its attempt is put back to its place in the queue, and after a pause it is begun
   anew. While the disk is full no other job is begun either.

    Locks, in the order in which they are taken:
    - `endings`: an end of an attempt together with its terminal event; retries. So no event of a job's next
   attempt comes before the end of the one before.
    - the record's own: a claim and its entry are one step, so that a cancellation either comes before the
   claim or finds the attempt.
    - the attempt's, the table's, the write gate: each within its own class.
*/
class job_workers {
 public:
  job_workers(job_table& table, data_directory const& directory, job_pipeline& pipeline, room_wait room)
      : table_(table), directory_(directory), pipeline_(pipeline), room_(room) {}
  ~job_workers() { drain(std::chrono::steady_clock::now()); }
  job_workers(job_workers const&) = delete;
  job_workers& operator=(job_workers const&) = delete;

  void start(unsigned workers);
  void drain(std::chrono::steady_clock::time_point deadline);

  /** A job has come to wait. */
  void wake();

  /** Exactly this attempt, null unless it runs. */
  std::shared_ptr<job_attempt> running(attempt_key key) const;

  /** Keeps every job from ending and every end from being published meanwhile. */
  std::unique_lock<std::mutex> hold_endings() { return std::unique_lock(endings_); }

  /** After the transaction that ended a job: tells the clients and stops the attempt. @pre endings are held
   */
  void publish_end(job_record const& after);

 private:
  using attempt_ptr = std::shared_ptr<job_attempt>;

  void work();
  attempt_ptr take(job_record& job);
  void run(job_record const& job, attempt_ptr const& attempt);
  bool end(job_record const& job, job_end const& how);
  void put_back(job_record const& job, attempt_ptr const& attempt);
  bool try_to_put_back(job_record const& job, attempt_ptr const& attempt);
  void forget(job_record const& job, attempt_ptr const& attempt);
  void no_room(std::string_view job_id, std::string_view what);
  void room_again(std::string_view job_id);
  void pulse();

  job_table& table_;
  data_directory const& directory_;
  job_pipeline& pipeline_;

  std::mutex endings_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;  ///< a job waits, an attempt has begun or ended, the service goes down
  std::map<std::int64_t, attempt_ptr> running_;  ///< by job
  room_wait room_;
  bool draining_ = false;  ///< no further claim
  bool stopping_ = false;  ///< what runs is to be dropped
  std::vector<std::thread> threads_;
};

}  // namespace uploadproto::reference

#endif
