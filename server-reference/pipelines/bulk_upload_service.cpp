// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/bulk_upload_service.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "jobs/job_table.hpp"
#include "pipelines/bulk_upload/pipeline.hpp"
#include "pipelines/bulk_upload/terminal_event.hpp"
#include "pipelines/data_directory.hpp"
#include "register/embedded_register.hpp"
#include "storage/crash_point.hpp"

namespace uploadproto::reference {
namespace {

using namespace std::chrono_literals;

timestamp_ms now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::shared_ptr<register_lookup> shipped_lookup() {
  return std::make_shared<embedded_register>(std::make_shared<voters_roll const>(voters_roll::shipped()));
}

void remove_file(std::filesystem::path const& file) {
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
}

constexpr auto cancelled_error = "Cancelled by user";  // BU-H4
constexpr auto interrupted_error =
    "The server stopped several times while it worked on this file; the job was given up";

}  // namespace

/* Locks, in the order in which they are taken:
   ending_  an end of an attempt and its terminal event; retries. So no event of the next attempt comes before
   it. live_mutex_  which attempts run. A claim and its entry here are one step, so that a cancellation either
   comes before the claim or finds the attempt. the feed's, the table's, the write gate: each within its own
   class. */
class bulk_upload_service::impl {
 public:
  impl(bulk_upload_options options, event_sink sink)
      : options_(std::move(options)),
        sink_(std::move(sink)),
        directory_(options_.data_directory),
        database_(directory_.database(), options_.max_database_pages),
        table_(database_),
        lookup_(options_.lookup ? options_.lookup : shipped_lookup()),
        environment_{database_, *lookup_, directory_.work(), directory_.reports(),
                     std::max<std::size_t>(options_.batch_rows, 1)} {
    auto const waiting = table_.recover(options_.max_interruptions, interrupted_error, now());
    if (waiting != 0) spdlog::info("event=jobs_recovered count={}", waiting);
    directory_.sweep(table_.files_in_use());
  }

  ~impl() { drain(std::chrono::steady_clock::now()); }

  std::filesystem::path uploads() const { return directory_.uploads(); }

  void start(unsigned workers) {
    for (unsigned i = 0; i < std::max(workers, 1u); ++i) threads_.emplace_back([this] { work(); });
    threads_.emplace_back([this] { pulse(); });
  }

  void drain(std::chrono::steady_clock::time_point deadline) {
    {
      std::unique_lock lock(live_mutex_);
      draining_ = true;
      changed_.notify_all();
      changed_.wait_until(lock, deadline, [&] { return live_.empty(); });
      stopping_ = true;
      for (auto const& [id, feed] : live_) feed->request_stop();
      changed_.notify_all();
    }
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }

  accepted accept(std::string const& user, std::string const& file_name, std::filesystem::path const& stored,
                  std::uint64_t size) {
    sync_directory(stored.parent_path());
    auto const job = table_.add(user, file_name, directory_.relative(stored), size, now());
    spdlog::info("event=job_accepted job_id={} bytes={} queue_position={}", job.job_id, size,
                 job.queue_position.value_or(0));
    wake();
    return {job.job_id, job.status, job.file_name, job.queue_position.value_or(0)};
  }

  std::optional<job_record> own(std::string const& user, std::string const& job_id) const {
    auto job = table_.find(job_id);
    if (job && job->user != user) job.reset();
    return job;
  }

  job_view view(job_record const& job) const {
    job_view view;
    view.job_id = job.job_id;
    view.status = job.status;
    view.stage = job.stage;
    view.progress = job.progress;
    view.file_name = job.file_name;
    view.uploaded_at = job.uploaded_at;
    view.ended_at = job.ended_at;
    view.validation_stats = job.validation;
    view.database_stats = job.database;
    view.error = job.error;
    view.queue_position = job.queue_position;
    view.attempt = static_cast<std::uint64_t>(job.key.attempt);
    if (has_ended(job.status)) view.processing_duration_ms = duration_of(job);
    if (job.report_file) view.report_path = report_path_of(job.job_id);
    if (job.status != job_status::processing) return view;
    if (auto const feed = live_feed(job)) {
      auto const state = feed->current();
      view.stage = state.stage;
      view.progress = state.progress;
      view.validation_stats = state.validation;
    }
    return view;
  }

  std::vector<job_view> views(std::vector<job_record> const& jobs) const {
    std::vector<job_view> views;
    for (auto const& job : jobs) views.push_back(view(job));
    return views;
  }

  std::optional<owned_job> find_any(std::string const& job_id) const {
    auto const job = table_.find(job_id);
    if (!job) return std::nullopt;
    owned_job found{job->user, {}};
    if (has_ended(job->status))
      found.latest = terminal_event_of(*job);
    else if (auto const feed = live_feed(*job))
      found.latest = feed->current().latest;
    return found;
  }

  cancel_result cancel(std::string const& user, std::string const& job_id) {
    std::lock_guard ending(ending_);
    // A worker may take the job up between the look and the end; then the attempt's number has changed: look
    // again.
    while (auto const job = own(user, job_id)) {
      if (has_ended(job->status)) return cancel_result::already_ended;
      auto const feed = live_feed(*job);
      auto const state = feed ? feed->current() : event_feed::state{};
      job_record after;
      if (!table_.cancel(job->key,
                         {.status = job_status::cancelled,
                          .stage = state.stage,
                          .progress = state.progress,
                          .validation = state.validation,
                          .error = cancelled_error},
                         now(), after))
        continue;
      spdlog::info("event=job_cancelled job_id={} attempt={}", job_id, after.key.attempt);
      publish_end(after);
      return cancel_result::ok;
    }
    return cancel_result::not_found;
  }

  retry_result retry(std::string const& user, std::string const& job_id) {
    std::lock_guard ending(ending_);
    auto const job = own(user, job_id);
    if (!job) return retry_result::not_found;
    std::error_code problem;
    if (!std::filesystem::is_regular_file(directory_.resolve(job->stored_file), problem))
      return retry_result::conflict;
    if (!table_.retry(job_id)) return retry_result::conflict;
    spdlog::info("event=job_retried job_id={}", job_id);
    wake();
    return retry_result::ok;
  }

  job_table const& table() const { return table_; }
  data_directory const& directory() const { return directory_; }

 private:
  using feed_ptr = std::shared_ptr<event_feed>;

  void wake() {
    std::lock_guard lock(live_mutex_);
    changed_.notify_all();
  }

  /** The feed of exactly this attempt, if it runs. */
  feed_ptr live_feed(job_record const& job) const {
    std::lock_guard lock(live_mutex_);
    auto const found = live_.find(job.key.job_seq);
    return found != live_.end() && found->second->key() == job.key ? found->second : nullptr;
  }

  /** After the transaction that ended the job: tells the clients and stops the worker. `ending_` is held. */
  void publish_end(job_record const& after) {
    auto const event = terminal_event_of(after);
    crash_point("end: before the event");
    if (auto const feed = live_feed(after)) {
      feed->request_stop();
      feed->close(event);
    } else {
      sink_(after.user, event);
    }
  }

  void work() {
    while (true) {
      job_record job;
      auto const feed = take(job);
      if (!feed) return;
      run(job, *feed);
      std::lock_guard lock(live_mutex_);
      if (auto const found = live_.find(job.key.job_seq); found != live_.end() && found->second == feed)
        live_.erase(found);
      changed_.notify_all();
    }
  }

  /** Waits for a job and begins its next attempt; null when the service goes down. */
  feed_ptr take(job_record& job) {
    std::unique_lock lock(live_mutex_);
    while (!draining_) {
      try {
        if (auto found = table_.claim(now())) {
          job = std::move(*found);
          job.stored_file = directory_.resolve(job.stored_file);
          auto feed = std::make_shared<event_feed>(job.key, job.user, job.job_id, sink_, now);
          live_[job.key.job_seq] = feed;
          return feed;
        }
        changed_.wait(lock);
      } catch (std::exception const& error) {
        spdlog::error("event=claim_failed what=\"{}\"", error.what());
        changed_.wait_for(lock, 1s);
      }
    }
    return nullptr;
  }

  void run(job_record const& job, event_feed& feed) {
    spdlog::info("event=attempt_begun job_id={} attempt={}", job.job_id, job.key.attempt);
    std::optional<job_end> how;
    std::filesystem::path report;
    try {
      bulk_upload_attempt attempt(environment_, job, feed);
      how = run_bulk_upload(attempt);
      report = attempt.report;
      // Here the work files go, which may be what makes room for the transaction that follows.
    } catch (attempt_stopped const&) {
    } catch (storage_full const&) {
      how = job_end{.status = job_status::failed, .error = no_space_sentence};
    } catch (std::exception const& error) {
      spdlog::error("event=attempt_failed job_id={} what=\"{}\"", job.job_id, error.what());
      how = job_end{.status = job_status::failed, .error = internal_sentence};
    }
    crash_point("attempt: before its end");
    if (!how) return put_back(job);
    if (how->report_file) how->report_file = directory_.relative(*how->report_file);
    if (end(job, *how)) {
      if (how->status == job_status::completed) remove_file(job.stored_file);
    } else if (!report.empty()) {
      remove_file(report);
    }
  }

  /** False when the attempt was over already, or when the service goes down before the end could be stored.
   */
  bool end(job_record const& job, job_end const& how) {
    for (auto pause = 100ms;; pause = std::min(pause * 2, 5'000ms)) {
      try {
        std::lock_guard ending(ending_);
        job_record after;
        if (!table_.end(job.key, how, now(), after)) return false;
        spdlog::info("event=job_ended job_id={} attempt={} status={} duration_ms={}", job.job_id,
                     job.key.attempt, to_string(after.status), duration_of(after));
        publish_end(after);
        return true;
      } catch (std::exception const& error) {
        // An end that is not on disk must not be told. The job keeps trying, and after a restart it runs
        // again.
        spdlog::error("event=end_not_stored job_id={} what=\"{}\"", job.job_id, error.what());
      }
      std::unique_lock lock(live_mutex_);
      if (changed_.wait_for(lock, pause, [&] { return stopping_; })) return false;
    }
  }

  /** The attempt was dropped: by a cancellation, and the job has its end, or by the service going down. */
  void put_back(job_record const& job) {
    try {
      table_.release(job.key);
    } catch (std::exception const& error) {
      spdlog::error("event=release_failed job_id={} what=\"{}\"", job.job_id, error.what());
    }
  }

  /** Long waits inside a stage are seen to be alive (BU-L5). */
  void pulse() {
    std::unique_lock lock(live_mutex_);
    while (!stopping_) {
      changed_.wait_for(lock, 200ms);
      std::vector<feed_ptr> feeds;
      for (auto const& [id, feed] : live_) feeds.push_back(feed);
      lock.unlock();
      for (auto const& feed : feeds) feed->pulse();
      lock.lock();
    }
  }

  bulk_upload_options const options_;
  event_sink const sink_;
  data_directory const directory_;
  database database_;
  job_table table_;
  std::shared_ptr<register_lookup> const lookup_;
  bulk_upload_environment const environment_;

  std::mutex ending_;
  mutable std::mutex live_mutex_;
  std::condition_variable changed_;  ///< a job waits, an attempt has ended, the service goes down
  std::map<std::int64_t, feed_ptr> live_;
  bool draining_ = false;  ///< no further claim
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

bulk_upload_service::bulk_upload_service(bulk_upload_options options, event_sink sink)
    : impl_(std::make_unique<impl>(std::move(options), std::move(sink))) {}

bulk_upload_service::~bulk_upload_service() = default;

std::filesystem::path bulk_upload_service::uploads_directory() const {
  return impl_->uploads();
}

void bulk_upload_service::start(unsigned workers) {
  impl_->start(workers);
}

void bulk_upload_service::drain(std::chrono::steady_clock::time_point deadline) {
  impl_->drain(deadline);
}

bulk_upload_service::accepted bulk_upload_service::accept(std::string const& user,
                                                          std::string const& original_file_name,
                                                          std::filesystem::path const& stored_path,
                                                          std::uint64_t size) {
  return impl_->accept(user, original_file_name, stored_path, size);
}

std::optional<job_view> bulk_upload_service::find(std::string const& user, std::string const& job_id) const {
  auto const job = impl_->own(user, job_id);
  if (!job) return std::nullopt;
  return impl_->view(*job);
}

std::optional<bulk_upload_service::owned_job> bulk_upload_service::find_any(std::string const& job_id) const {
  return impl_->find_any(job_id);
}

bulk_upload_service::cancel_result bulk_upload_service::cancel(std::string const& user,
                                                               std::string const& job_id) {
  return impl_->cancel(user, job_id);
}

bulk_upload_service::retry_result bulk_upload_service::retry(std::string const& user,
                                                             std::string const& job_id) {
  return impl_->retry(user, job_id);
}

job_page bulk_upload_service::history(std::string const& user, std::uint64_t page,
                                      std::uint64_t limit) const {
  constexpr std::uint64_t last_page = 1'000'000'000;
  job_page found;
  found.page = std::clamp<std::uint64_t>(page, 1, last_page);
  found.limit = std::clamp<std::uint64_t>(limit, 1, 100);
  found.total = impl_->table().counts(user).total;
  found.jobs = impl_->views(impl_->table().history(user, (found.page - 1) * found.limit, found.limit));
  return found;
}

queue_counts bulk_upload_service::queue_stats(std::string const& user) const {
  return impl_->table().counts(user);
}

std::vector<job_view> bulk_upload_service::queue_jobs(std::string const& user, std::uint64_t limit) const {
  return impl_->views(impl_->table().queue(user, std::clamp<std::uint64_t>(limit, 1, 100)));
}

std::optional<std::filesystem::path> bulk_upload_service::report_file(std::string const& user,
                                                                      std::string const& job_id) const {
  auto const job = impl_->own(user, job_id);
  if (!job || !job->report_file) return std::nullopt;
  return impl_->directory().resolve(*job->report_file);
}

}  // namespace uploadproto::reference
