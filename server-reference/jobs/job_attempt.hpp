// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_JOBS_JOB_ATTEMPT_HPP
#define UPLOADPROTO_REFERENCE_JOBS_JOB_ATTEMPT_HPP

#include <atomic>
#include <memory>
#include <stdexcept>

#include "jobs/job_table.hpp"

namespace uploadproto::reference {

/** The job cannot be done; `what()` is the sentence that its owner reads. */
class job_failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/** The attempt is to be dropped without an end of its own: cancelled, or the server is going down. */
class attempt_stopped : public std::runtime_error {
 public:
  attempt_stopped() : std::runtime_error("The attempt was stopped") {}
};

/** What the owner of a job reads when something happened that nobody foresaw. */
inline constexpr auto internal_sentence =
    "The job was broken off by an internal error; please retry it later";

/** An attempt that runs, as the threads that share it know it. Thread-safe. */
class job_attempt {
 public:
  explicit job_attempt(attempt_key key) : key_(key) {}
  virtual ~job_attempt() = default;
  job_attempt(job_attempt const&) = delete;
  job_attempt& operator=(job_attempt const&) = delete;

  attempt_key key() const { return key_; }

  /** Asks the worker to drop the attempt. */
  void request_stop() { stop_.store(true, std::memory_order_relaxed); }
  bool stop_requested() const { return stop_.load(std::memory_order_relaxed); }

  /** Ends the attempt here if it is to be dropped. @throws attempt_stopped */
  void check() const {
    if (stop_requested()) throw attempt_stopped();
  }

  /** Tells nothing more: the attempt was put back without an end. */
  virtual void silence() = 0;
  /** Called a few times a second: a long wait is to be seen to be alive. */
  virtual void pulse() = 0;

 private:
  attempt_key const key_;
  std::atomic<bool> stop_{false};
};

/** What is to be done for jobs of one kind. Called by several workers at a time. */
class job_pipeline {
 public:
  virtual ~job_pipeline() = default;

  virtual std::shared_ptr<job_attempt> begin(job_record const& job) = 0;

  /** Does the work, in the worker's thread.
      @return how the job is to end; that it does end so is decided by the caller (`job_table::end`)
      @throws attempt_stopped when the attempt is to be dropped without an end
      @throws storage_full when the job has to wait for room: likewise without an end */
  virtual job_end run(job_record const& job, job_attempt& attempt) = 0;

  /** Tells the end of a job, which is on disk. @param running null when no attempt of it runs */
  virtual void tell_end(job_record const& after, job_attempt* running) = 0;
};

}  // namespace uploadproto::reference

#endif
