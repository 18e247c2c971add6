// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/bulk_upload_service.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <vector>

#include "jobs/job_retention.hpp"
#include "jobs/job_table.hpp"
#include "jobs/job_workers.hpp"
#include "pipelines/bulk_upload/pipeline.hpp"
#include "pipelines/bulk_upload/terminal_event.hpp"
#include "register/embedded_register.hpp"

namespace uploadproto::reference {
namespace {

std::shared_ptr<register_lookup> shipped_lookup() {
  return std::make_shared<embedded_register>(std::make_shared<voters_roll const>(voters_roll::shipped()));
}

constexpr auto cancelled_error = "Cancelled by user";  // BU-H4
constexpr auto interrupted_error =
    "The server stopped several times while it worked on this file; the job was given up";

/** The bulk upload for the workers of jobs. */
class bulk_upload_pipeline final : public job_pipeline {
 public:
  bulk_upload_pipeline(bulk_upload_environment const& environment, bulk_upload_sink const& sink)
      : environment_(environment), sink_(sink) {}

  std::shared_ptr<job_attempt> begin(job_record const& job) override {
    return std::make_shared<event_feed>(job.key, job.user, job.job_id, sink_, wall_clock);
  }

  job_end run(job_record const& job, job_attempt& attempt) override {
    bulk_upload_attempt work(environment_, job, static_cast<event_feed&>(attempt));
    return run_bulk_upload(work);
  }

  void tell_end(job_record const& after, job_attempt* running) override {
    auto const event = terminal_event_of(after);
    // An attempt that ends before it has told anything is one all the same, and says so by its first stage:
    // to whoever saw the end of the one before, its end would be a second one.
    auto const first = first_event_of(after);
    if (running && static_cast<event_feed*>(running)->close(event, first)) return;
    if (after.key.attempt > 0 && !after.started_at) sink_(after.user, first);
    sink_(after.user, event);
  }

 private:
  bulk_upload_environment const& environment_;
  bulk_upload_sink const& sink_;
};

}  // namespace

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
                     std::max<std::size_t>(options_.batch_rows, 1)},
        pipeline_(environment_, sink_),
        workers_(table_, directory_, pipeline_, {options_.first_room_wait, options_.longest_room_wait}),
        retention_(table_, directory_, workers_, options_.retention) {
    auto const waiting = table_.recover(options_.max_interruptions, interrupted_error, wall_clock());
    if (waiting != 0) spdlog::info("event=jobs_recovered count={}", waiting);
    directory_.sweep(table_.files_in_use());
  }

  accepted accept(std::string const& user, std::string const& file_name, std::filesystem::path const& stored,
                  std::uint64_t size) {
    sync_directory(std::filesystem::absolute(stored).parent_path());
    auto const job = table_.add(user, file_name, directory_.relative(stored), size, wall_clock());
    spdlog::info("event=job_accepted job_id={} bytes={} queue_position={}", job.job_id, size,
                 job.queue_position.value_or(0));
    workers_.wake();
    return {job.job_id, job.status, job.file_name, job.queue_position.value_or(0)};
  }

  std::optional<job_record> own(std::string const& user, std::string const& job_id) const {
    auto job = table_.find(job_id);
    if (job && job->user != user) job.reset();
    return job;
  }

  std::shared_ptr<event_feed> feed_of(attempt_key key) const {
    return std::static_pointer_cast<event_feed>(workers_.running(key));
  }

  job_view view(job_record const& job) const {
    auto view = view_of(job);
    if (job.report_file) view.report_path = report_path_of(job.job_id);
    if (job.status != job_status::processing) return view;
    if (auto const feed = feed_of(job.key)) {
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
    else if (auto const feed = feed_of(job->key))
      found.latest = feed->current().latest;
    return found;
  }

  cancel_result cancel(std::string const& user, std::string const& job_id) {
    auto const held = workers_.hold_endings();
    // A worker may take the job up between the look and the end; then the attempt's number has changed: look
    // again.
    while (auto const job = own(user, job_id)) {
      if (has_ended(job->status)) return cancel_result::already_ended;
      auto const feed = feed_of(job->key);
      if (feed) feed->hold();
      auto const state = feed ? feed->current() : event_feed::snapshot{};
      job_record after;
      if (!table_.cancel(job->key,
                         {.status = job_status::cancelled,
                          .stage = state.stage,
                          .progress = state.progress,
                          .validation = state.validation,
                          .error = cancelled_error},
                         wall_clock(), after)) {
        if (feed) feed->go_on();
        continue;
      }
      spdlog::info("event=job_cancelled job_id={} attempt={}", job_id, after.key.attempt);
      workers_.publish_end(after);
      return cancel_result::ok;
    }
    return cancel_result::not_found;
  }

  retry_result retry(std::string const& user, std::string const& job_id) {
    auto const held = workers_.hold_endings();
    auto const job = own(user, job_id);
    if (!job) return retry_result::not_found;
    if (job->status != job_status::failed && job->status != job_status::cancelled)
      return retry_result::conflict;
    std::error_code problem;
    if (!std::filesystem::is_regular_file(directory_.resolve(job->stored_file), problem))
      return retry_result::file_gone;
    if (!table_.retry(job_id)) return retry_result::conflict;
    spdlog::info("event=job_retried job_id={}", job_id);
    workers_.wake();
    return retry_result::ok;
  }

  job_table const& table() const { return table_; }
  data_directory const& directory() const { return directory_; }

  void start(unsigned workers) {
    workers_.start(workers);
    retention_.start();
  }
  void drain(std::chrono::steady_clock::time_point deadline) {
    retention_.stop();
    workers_.drain(deadline);
  }
  std::uint64_t remove_expired(timestamp_ms now) { return retention_.sweep(now); }

 private:
  bulk_upload_options const options_;
  event_sink const sink_;
  data_directory const directory_;
  database database_;
  job_table table_;
  std::shared_ptr<register_lookup> const lookup_;
  bulk_upload_environment const environment_;
  bulk_upload_pipeline pipeline_;
  job_workers workers_;
  job_retention retention_;  // last: the threads of these two use all of the above
};

bulk_upload_service::bulk_upload_service(bulk_upload_options options, event_sink sink)
    : impl_(std::make_unique<impl>(std::move(options), std::move(sink))) {}

bulk_upload_service::~bulk_upload_service() = default;

std::filesystem::path bulk_upload_service::uploads_directory() const {
  return impl_->directory().uploads();
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

std::uint64_t bulk_upload_service::remove_expired(timestamp_ms now) {
  return impl_->remove_expired(now);
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
