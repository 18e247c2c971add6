// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/bulk_upload/workers.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "pipelines/bulk_upload/pipeline.hpp"
#include "pipelines/bulk_upload/terminal_event.hpp"
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

timestamp_ms wall_clock() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

bulk_upload_workers::bulk_upload_workers(job_table& table, data_directory const& directory,
                                         bulk_upload_environment const& environment,
                                         bulk_upload_sink const& sink, room_wait room)
    : table_(table), directory_(directory), environment_(environment), sink_(sink), room_(room) {}

void bulk_upload_workers::start(unsigned workers) {
  for (unsigned i = 0; i < std::max(workers, 1u); ++i) threads_.emplace_back([this] { work(); });
  threads_.emplace_back([this] { pulse(); });
}

void bulk_upload_workers::drain(std::chrono::steady_clock::time_point deadline) {
  {
    std::unique_lock lock(mutex_);
    draining_ = true;
    changed_.notify_all();
    changed_.wait_until(lock, deadline, [&] { return running_.empty(); });
    stopping_ = true;
    for (auto const& [job, feed] : running_) feed->request_stop();
    changed_.notify_all();
  }
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void bulk_upload_workers::wake() {
  std::lock_guard lock(mutex_);
  changed_.notify_all();
}

std::shared_ptr<event_feed> bulk_upload_workers::feed_of(attempt_key key) const {
  std::lock_guard lock(mutex_);
  auto const found = running_.find(key.job_seq);
  return found != running_.end() && found->second->key() == key ? found->second : nullptr;
}

void bulk_upload_workers::publish_end(job_record const& after) {
  auto const event = terminal_event_of(after);
  crash_point("end: before the event");
  auto const feed = feed_of(after.key);
  if (feed) feed->request_stop();
  // An attempt that ends before it has told anything is one all the same, and says so by its first stage: to
  // whoever saw the end of the one before, its end would be a second one.
  auto const first = first_event_of(after);
  if (feed && feed->close(event, first)) return;
  if (after.key.attempt > 0 && !after.started_at) sink_(after.user, first);
  sink_(after.user, event);
}

void bulk_upload_workers::work() {
  while (true) {
    job_record job;
    auto const feed = take(job);
    if (!feed) return;
    run(job, feed);
    std::lock_guard lock(mutex_);
    forget(job, feed);
  }
}

/** The attempt runs no more. @pre the record is locked */
void bulk_upload_workers::forget(job_record const& job, feed_ptr const& feed) {
  // A cancelled job may have been retried, and another worker have begun it, before this one came to its end.
  auto const found = running_.find(job.key.job_seq);
  if (found != running_.end() && found->second == feed) running_.erase(found);
  changed_.notify_all();
}

/** Waits for a job and begins its next attempt; null when the service goes down. */
std::shared_ptr<event_feed> bulk_upload_workers::take(job_record& job) {
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
        auto feed = std::make_shared<event_feed>(job.key, job.user, job.job_id, sink_, wall_clock);
        running_[job.key.job_seq] = feed;
        changed_.notify_all();
        return feed;
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

void bulk_upload_workers::run(job_record const& job, feed_ptr const& feed) {
  spdlog::info("event=attempt_begun job_id={} attempt={}", job.job_id, job.key.attempt);
  std::optional<job_end> how;
  std::filesystem::path report;
  try {
    bulk_upload_attempt attempt(environment_, job, *feed);
    how = run_bulk_upload(attempt);
    report = attempt.report;
    // Here the work files go, which may be what makes room for the transaction that follows.
  } catch (attempt_stopped const&) {
  } catch (storage_full const& full) {
    std::lock_guard lock(mutex_);
    no_room(job.job_id, full.what());
  } catch (std::exception const& error) {
    spdlog::error("event=attempt_failed job_id={} what=\"{}\"", job.job_id, error.what());
    how = job_end{.status = job_status::failed, .error = internal_sentence};
  }
  crash_point("attempt: before its end");
  if (!how) return put_back(job, feed);
  if (how->report_file) how->report_file = directory_.relative(*how->report_file);
  if (end(job, *how)) {
    if (how->status == job_status::completed) remove_file(job.stored_file);
  } else if (!report.empty()) {
    remove_file(report);
  }
}

/** False when the attempt was over already, or when the service goes down before the end could be stored. */
bool bulk_upload_workers::end(job_record const& job, job_end const& how) {
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
void bulk_upload_workers::put_back(job_record const& job, feed_ptr const& feed) {
  while (!try_to_put_back(job, feed)) {
    std::unique_lock lock(mutex_);
    // Going down: the next start finds the job as after a crash.
    if (changed_.wait_until(lock, room_.until(), [&] { return draining_ || feed->stop_requested(); })) return;
  }
}

bool bulk_upload_workers::try_to_put_back(job_record const& job, feed_ptr const& feed) {
  auto const held = hold_endings();
  std::lock_guard lock(mutex_);
  try {
    table_.release(job.key);
    // One step for all who look at the record: nothing of this attempt is sent once the next has begun.
    feed->silence();
    forget(job, feed);
  } catch (storage_full const& full) {
    no_room(job.job_id, full.what());
    return false;
  } catch (std::exception const& error) {
    spdlog::error("event=release_failed job_id={} what=\"{}\"", job.job_id, error.what());
  }
  return true;
}

/** @pre the record is locked */
void bulk_upload_workers::no_room(std::string_view job_id, std::string_view what) {
  if (room_.refused(room_wait::clock::now()))
    spdlog::warn("event=waiting_for_room job_id={} what=\"{}\"", job_id, what);
}

void bulk_upload_workers::room_again(std::string_view job_id) {
  std::lock_guard lock(mutex_);
  if (!room_.found()) return;
  spdlog::info("event=room_again job_id={}", job_id);
  changed_.notify_all();
}

/** Long waits inside a stage are seen to be alive (BU-L5). */
void bulk_upload_workers::pulse() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (running_.empty())
      changed_.wait(lock);
    else
      changed_.wait_for(lock, 200ms);
    std::vector<feed_ptr> feeds;
    for (auto const& [job, feed] : running_) feeds.push_back(feed);
    lock.unlock();
    for (auto const& feed : feeds) feed->pulse();
    lock.lock();
  }
}

}  // namespace uploadproto::reference
