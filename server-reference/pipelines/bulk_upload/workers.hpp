// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_BULK_UPLOAD_WORKERS_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_BULK_UPLOAD_WORKERS_HPP

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "jobs/job_table.hpp"
#include "pipelines/bulk_upload/attempt.hpp"
#include "pipelines/bulk_upload/event_feed.hpp"
#include "pipelines/bulk_upload/room_wait.hpp"
#include "pipelines/data_directory.hpp"

namespace uploadproto::reference {

/** Now, as jobs and events count time. */
timestamp_ms wall_clock();

/** The threads that take waiting jobs from the table, run their attempts and end them, and the record of
   which attempts run. Thread-safe.

    A full disk ends no job: its attempt is put back to its place in the queue, and after a pause it is begun
   anew. While the disk is full no other job is begun either.

    Locks, in the order in which they are taken:
    - `endings`: an end of an attempt together with its terminal event; retries. So no event of a job's next
   attempt comes before the end of the one before.
    - the record's own: a claim and its entry are one step, so that a cancellation either comes before the
   claim or finds the attempt.
    - the feed's, the table's, the write gate: each within its own class.
*/
class bulk_upload_workers {
 public:
  bulk_upload_workers(job_table& table, data_directory const& directory,
                      bulk_upload_environment const& environment, bulk_upload_sink const& sink,
                      room_wait room);
  ~bulk_upload_workers() { drain(std::chrono::steady_clock::now()); }
  bulk_upload_workers(bulk_upload_workers const&) = delete;
  bulk_upload_workers& operator=(bulk_upload_workers const&) = delete;

  void start(unsigned workers);
  void drain(std::chrono::steady_clock::time_point deadline);

  /** A job has come to wait. */
  void wake();

  /** The feed of exactly this attempt, null unless it runs. */
  std::shared_ptr<event_feed> feed_of(attempt_key key) const;

  /** Keeps every job from ending and every end from being published meanwhile. */
  std::unique_lock<std::mutex> hold_endings() { return std::unique_lock(endings_); }

  /** After the transaction that ended a job: tells the clients and stops the attempt. @pre endings are held
   */
  void publish_end(job_record const& after);

 private:
  using feed_ptr = std::shared_ptr<event_feed>;

  void work();
  feed_ptr take(job_record& job);
  void run(job_record const& job, feed_ptr const& feed);
  bool end(job_record const& job, job_end const& how);
  void put_back(job_record const& job, feed_ptr const& feed);
  bool try_to_put_back(job_record const& job, feed_ptr const& feed);
  void forget(job_record const& job, feed_ptr const& feed);
  void no_room(std::string_view job_id, std::string_view what);
  void room_again(std::string_view job_id);
  void pulse();

  job_table& table_;
  data_directory const& directory_;
  bulk_upload_environment const& environment_;
  bulk_upload_sink const& sink_;

  std::mutex endings_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;  ///< a job waits, an attempt has begun or ended, the service goes down
  std::map<std::int64_t, feed_ptr> running_;  ///< by job
  room_wait room_;
  bool draining_ = false;  ///< no further claim
  bool stopping_ = false;  ///< what runs is to be dropped
  std::vector<std::thread> threads_;
};

}  // namespace uploadproto::reference

#endif
