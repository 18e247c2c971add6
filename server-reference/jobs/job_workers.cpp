// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "jobs/job_workers.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "jobs/stage_feed.hpp"
#include "storage/crash_point.hpp"
#include "storage/storage_error.hpp"

namespace uploadproto::reference {
namespace {

using namespace std::chrono_literals;

void remove_file(std::filesystem::path const& file) {
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
}

}  // namespace

void job_workers::start(unsigned workers) {
  for (unsigned i = 0; i < std::max(workers, 1u); ++i) threads_.emplace_back([this] { work(); });
  threads_.emplace_back([this] { pulse(); });
}

void job_workers::drain(std::chrono::steady_clock::time_point deadline) {
  {
    std::unique_lock lock(mutex_);
    draining_ = true;
    changed_.notify_all();
    changed_.wait_until(lock, deadline, [&] { return running_.empty(); });
    stopping_ = true;
    for (auto const& [job, attempt] : running_) attempt->request_stop();
    changed_.notify_all();
  }
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void job_workers::wake() {
  std::lock_guard lock(mutex_);
  changed_.notify_all();
}

std::shared_ptr<job_attempt> job_workers::running(attempt_key key) const {
  std::lock_guard lock(mutex_);
  auto const found = running_.find(key.job_seq);
  return found != running_.end() && found->second->key() == key ? found->second : nullptr;
}

void job_workers::publish_end(job_record const& after) {
  crash_point("end: before the event");
  auto const attempt = running(after.key);
  if (attempt) attempt->request_stop();
  pipeline_.tell_end(after, attempt.get());
}

void job_workers::work() {
  while (true) {
    job_record job;
    auto const attempt = take(job);
    if (!attempt) return;
    run(job, attempt);
    std::lock_guard lock(mutex_);
    forget(job, attempt);
  }
}

/** The attempt runs no more. @pre the record is locked */
void job_workers::forget(job_record const& job, attempt_ptr const& attempt) {
  // A cancelled job may have been retried, and another worker have begun it, before this one came to its end.
  auto const found = running_.find(job.key.job_seq);
  if (found != running_.end() && found->second == attempt) running_.erase(found);
  changed_.notify_all();
}

/** Waits for a job and begins its next attempt; null when the service goes down. */
std::shared_ptr<job_attempt> job_workers::take(job_record& job) {
  std::unique_lock lock(mutex_);
  while (!draining_) {
    if (room_wait::clock::now() < room_.until()) {
      changed_.wait_until(lock, room_.until());
      continue;
    }
    try {
      if (auto found = table_.claim(wall_clock())) {
        job = std::move(*found);
        job.stored_file = directory_.resolve(job.stored_file);
        auto attempt = pipeline_.begin(job);
        running_[job.key.job_seq] = attempt;
        changed_.notify_all();
        return attempt;
      }
      changed_.wait(lock);
    } catch (storage_full const& full) {
      no_room("", full.what());
    } catch (std::exception const& error) {
      spdlog::error("event=claim_failed what=\"{}\"", error.what());
      changed_.wait_for(lock, 1s);
    }
  }
  return nullptr;
}

void job_workers::run(job_record const& job, attempt_ptr const& attempt) {
  spdlog::info("event=attempt_begun job_id={} attempt={}", job.job_id, job.key.attempt);
  std::optional<job_end> how;
  try {
    // With it the work files go, which may be what makes room for the transaction that follows.
    how = pipeline_.run(job, *attempt);
  } catch (attempt_stopped const&) {
  } catch (storage_full const& full) {
    std::lock_guard lock(mutex_);
    no_room(job.job_id, full.what());
  } catch (std::exception const& error) {
    spdlog::error("event=attempt_failed job_id={} what=\"{}\"", job.job_id, error.what());
    how = job_end{.status = job_status::failed, .error = internal_sentence};
  }
  crash_point("attempt: before its end");
  if (!how) return put_back(job, attempt);
  auto const report = how->report_file;
  if (report) how->report_file = directory_.relative(*report);
  if (end(job, *how)) {
    if (how->status == job_status::completed) remove_file(job.stored_file);
  } else if (report) {
    remove_file(*report);
  }
}

/** False when the attempt was over already, or when the service goes down before the end could be stored. */
bool job_workers::end(job_record const& job, job_end const& how) {
  for (auto pause = 100ms;; pause = std::min(pause * 2, 5'000ms)) {
    try {
      auto const held = hold_endings();
      job_record after;
      if (!table_.end(job.key, how, wall_clock(), after)) return false;
      spdlog::info("event=job_ended job_id={} attempt={} status={} duration_ms={}", job.job_id,
                   job.key.attempt, to_string(after.status), duration_of(after));
      publish_end(after);
      room_again(job.job_id);
      return true;
    } catch (storage_full const& full) {
      std::lock_guard lock(mutex_);
      no_room(job.job_id, full.what());
    } catch (std::exception const& error) {
      // An end that is not on disk must not be told. The worker keeps trying, and after a restart the job
      // runs again.
      spdlog::error("event=end_not_stored job_id={} what=\"{}\"", job.job_id, error.what());
    }
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, pause, [&] { return stopping_; })) return false;
  }
}

/** The attempt was dropped: by a cancellation, and the job has its end; by the service going down; or for
   lack of room, which may be lacking for this as well. */
void job_workers::put_back(job_record const& job, attempt_ptr const& attempt) {
  while (!try_to_put_back(job, attempt)) {
    std::unique_lock lock(mutex_);
    // Going down: the next start finds the job as after a crash.
    if (changed_.wait_until(lock, room_.until(), [&] { return draining_ || attempt->stop_requested(); }))
      return;
  }
}

bool job_workers::try_to_put_back(job_record const& job, attempt_ptr const& attempt) {
  auto const held = hold_endings();
  std::lock_guard lock(mutex_);
  try {
    table_.release(job.key);
    // One step for all who look at the record: nothing of this attempt is sent once the next has begun.
    attempt->silence();
    forget(job, attempt);
  } catch (storage_full const& full) {
    no_room(job.job_id, full.what());
    return false;
  } catch (std::exception const& error) {
    spdlog::error("event=release_failed job_id={} what=\"{}\"", job.job_id, error.what());
  }
  return true;
}

/** @pre the record is locked */
void job_workers::no_room(std::string_view job_id, std::string_view what) {
  if (room_.refused(room_wait::clock::now()))
    spdlog::warn("event=waiting_for_room job_id={} what=\"{}\"", job_id, what);
}

void job_workers::room_again(std::string_view job_id) {
  std::lock_guard lock(mutex_);
  if (!room_.found()) return;
  spdlog::info("event=room_again job_id={}", job_id);
  changed_.notify_all();
}

/** Long waits inside a stage are seen to be alive (BU-L5). */
void job_workers::pulse() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (running_.empty())
      changed_.wait(lock);
    else
      changed_.wait_for(lock, 200ms);
    std::vector<attempt_ptr> attempts;
    for (auto const& [job, attempt] : running_) attempts.push_back(attempt);
    lock.unlock();
    for (auto const& attempt : attempts) attempt->pulse();
    lock.lock();
  }
}

}  // namespace uploadproto::reference
