// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/upload_progress_service.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <uploadproto/contract/writer.hpp>

#include "jobs/job_table.hpp"
#include "jobs/job_workers.hpp"
#include "pipelines/upload_progress/batch_attempt.hpp"
#include "pipelines/upload_progress/batch_schema.hpp"
#include "pipelines/upload_progress/message_log.hpp"

namespace uploadproto::reference {
namespace {

constexpr auto cancelled_error = "Cancelled by user";
constexpr auto interrupted_error =
    "The server stopped several times while it worked on this file; the upload was given up";

std::string as_json(upload_progress_event const& event) {
  std::string text;
  contract::append_json(text, event);
  return text;
}

/** The upload of transactions for the workers of jobs. */
class batch_pipeline final : public job_pipeline {
 public:
  batch_pipeline(batch_environment const& environment, data_directory const& directory, message_log& messages,
                 upload_progress_sink const& sink)
      : environment_(environment), directory_(directory), messages_(messages), sink_(sink) {}

  std::shared_ptr<job_attempt> begin(job_record const& job) override {
    return std::make_shared<batch_feed>(job, sink_, wall_clock);
  }

  job_end run(job_record const& job, job_attempt& attempt) override {
    batch_attempt work(environment_, job, static_cast<batch_feed&>(attempt));
    return run_batch(work);
  }

  void tell_end(job_record const& after, job_attempt* running) override {
    std::error_code ignored;
    if (!after.stored_file.empty()) std::filesystem::remove(directory_.resolve(after.stored_file), ignored);
    auto const event = terminal_event_of_batch(after);
    auto* const feed = static_cast<batch_feed*>(running);
    if (!feed || !feed->close(event)) sink_(after.user, event);
    keep(after, feed ? feed->history() : std::vector<std::string>{as_json(event)});
  }

 private:
  // The messages are worth less than the end: that they cannot be stored keeps nobody from it.
  void keep(job_record const& job, std::vector<std::string> const& messages) {
    try {
      messages_.save(job.key.job_seq, messages);
    } catch (std::exception const& error) {
      spdlog::warn("event=messages_not_stored batch_id={} what=\"{}\"", job.job_id, error.what());
    }
  }

  batch_environment const& environment_;
  data_directory const& directory_;
  message_log& messages_;
  upload_progress_sink const& sink_;
};

}  // namespace

class upload_progress_service::impl {
 public:
  impl(upload_progress_options options, upload_progress_sink sink)
      : options_(std::move(options)),
        sink_(std::move(sink)),
        directory_(options_.data_directory),
        database_(directory_.database(), options_.max_database_pages, upload_progress_schema()),
        table_(database_, {"upload_progress_jobs", {}}),
        messages_(database_),
        scanner_(options_.scanner ? options_.scanner : make_builtin_scanner()),
        categories_({.rules = options_.rules}, category_model::shipped()),
        environment_{database_,    *scanner_,         options_.scanner != nullptr, categories_,
                     options_.csv, directory_.work(), options_.rows_a_commit},
        pipeline_(environment_, directory_, messages_, sink_),
        workers_(table_, directory_, pipeline_, {options_.first_room_wait, options_.longest_room_wait}) {
    auto const waiting = table_.recover(options_.max_interruptions, interrupted_error, wall_clock());
    if (waiting != 0) spdlog::info("event=batches_recovered count={}", waiting);
    // Files outlive their batch by a crash at most.
    while (!table_.expire(wall_clock() + std::chrono::days(1), 1000).empty()) continue;
    directory_.sweep(table_.files_in_use());
  }

  standing look_up(std::string const& user, std::string const& batch_id) const {
    if (auto const job = table_.find(batch_id))
      return job->user == user ? standing::used : standing::of_another;
    auto const mine = table_.counts(user);
    return mine.waiting + mine.active >= options_.max_waiting_of_user ? standing::too_many_wait
                                                                      : standing::free;
  }

  bool accept(std::string const& user, std::string const& batch_id, std::string const& file_name,
              std::filesystem::path const& stored, std::uint64_t size) {
    sync_directory(std::filesystem::absolute(stored).parent_path());
    auto const job =
        table_.add_named(batch_id, user, file_name, directory_.relative(stored), size, wall_clock());
    if (!job) return false;
    spdlog::info("event=batch_accepted batch_id={} bytes={}", batch_id, size);
    workers_.wake();
    return true;
  }

  bool refuse(std::string const& user, std::string const& batch_id, std::string const& file_name,
              std::string const& sentence) {
    auto const held = workers_.hold_endings();
    auto const job = table_.add_failed(batch_id, user, file_name, sentence, wall_clock());
    if (!job) return false;
    spdlog::info("event=batch_refused batch_id={}", batch_id);
    workers_.publish_end(*job);
    return true;
  }

  std::optional<job_record> own(std::string const& user, std::string const& batch_id) const {
    auto job = table_.find(batch_id);
    if (job && job->user != user) job.reset();
    return job;
  }

  std::optional<job_view> find(std::string const& user, std::string const& batch_id) const {
    auto const job = own(user, batch_id);
    if (!job) return std::nullopt;
    auto seen = view_of(*job);
    if (job->status != job_status::processing) return seen;
    if (auto const feed = feed_of(job->key)) {
      auto const now = feed->standing();
      seen.stage = now.stage;
      seen.progress = now.progress;
    }
    return seen;
  }

  std::optional<std::vector<std::string>> history(std::string const& user,
                                                  std::string const& batch_id) const {
    auto const job = own(user, batch_id);
    if (!job) return std::nullopt;
    if (auto const feed = feed_of(job->key)) return feed->history();
    auto messages = messages_.load(job->key.job_seq);
    if (messages.empty() && has_ended(job->status))
      messages.push_back(as_json(terminal_event_of_batch(*job)));
    return messages;
  }

  std::optional<owned_batch> find_any(std::string const& batch_id) const {
    auto const job = table_.find(batch_id);
    if (!job) return std::nullopt;
    owned_batch found{job->user, {}, has_ended(job->status)};
    if (found.ended)
      found.latest = terminal_event_of_batch(*job);
    else if (auto const feed = feed_of(job->key))
      found.latest = feed->current();
    return found;
  }

  cancel_result cancel(std::string const& user, std::string const& batch_id) {
    auto const held = workers_.hold_endings();
    // A worker may take the batch up between the look and the end; then the attempt's number has changed:
    // look again.
    while (auto const job = own(user, batch_id)) {
      if (has_ended(job->status)) return cancel_result::already_ended;
      auto const feed = feed_of(job->key);
      if (feed) feed->hold();
      auto const now = feed ? feed->standing() : batch_feed::snapshot{};
      job_end how{.status = job_status::cancelled,
                  .stage = now.stage,
                  .progress = now.progress,
                  .error = cancelled_error};
      if (now.rows.total)
        how.validation = validation_counts{.total_records = *now.rows.total, .invalid_ids = now.rows.errors};
      job_record after;
      if (!table_.cancel(job->key, how, wall_clock(), after)) {
        if (feed) feed->go_on();
        continue;
      }
      spdlog::info("event=batch_cancelled batch_id={}", batch_id);
      workers_.publish_end(after);
      return cancel_result::ok;
    }
    return cancel_result::not_found;
  }

  data_directory const& directory() const { return directory_; }
  void start(unsigned workers) { workers_.start(workers); }
  void drain(std::chrono::steady_clock::time_point deadline) { workers_.drain(deadline); }

 private:
  std::shared_ptr<batch_feed> feed_of(attempt_key key) const {
    return std::static_pointer_cast<batch_feed>(workers_.running(key));
  }

  upload_progress_options const options_;
  upload_progress_sink const sink_;
  data_directory const directory_;
  database database_;
  job_table table_;
  message_log messages_;
  std::shared_ptr<malware_scanner> const scanner_;
  categoriser const categories_;
  batch_environment const environment_;
  batch_pipeline pipeline_;
  job_workers workers_;  // last: its threads use all of the above
};

upload_progress_service::upload_progress_service(upload_progress_options options, upload_progress_sink sink)
    : impl_(std::make_unique<impl>(std::move(options), std::move(sink))) {}

upload_progress_service::~upload_progress_service() = default;

std::filesystem::path upload_progress_service::uploads_directory() const {
  return impl_->directory().uploads();
}

void upload_progress_service::start(unsigned workers) {
  impl_->start(workers);
}

void upload_progress_service::drain(std::chrono::steady_clock::time_point deadline) {
  impl_->drain(deadline);
}

upload_progress_service::standing upload_progress_service::look_up(std::string const& user,
                                                                   std::string const& batch_id) const {
  return impl_->look_up(user, batch_id);
}

bool upload_progress_service::accept(std::string const& user, std::string const& batch_id,
                                     std::string const& file_name, std::filesystem::path const& stored_path,
                                     std::uint64_t size) {
  return impl_->accept(user, batch_id, file_name, stored_path, size);
}

bool upload_progress_service::refuse(std::string const& user, std::string const& batch_id,
                                     std::string const& file_name, std::string const& sentence) {
  return impl_->refuse(user, batch_id, file_name, sentence);
}

std::optional<job_view> upload_progress_service::find(std::string const& user,
                                                      std::string const& batch_id) const {
  return impl_->find(user, batch_id);
}

std::optional<std::vector<std::string>> upload_progress_service::history(std::string const& user,
                                                                         std::string const& batch_id) const {
  return impl_->history(user, batch_id);
}

std::optional<upload_progress_service::owned_batch> upload_progress_service::find_any(
    std::string const& batch_id) const {
  return impl_->find_any(batch_id);
}

upload_progress_service::cancel_result upload_progress_service::cancel(std::string const& user,
                                                                       std::string const& batch_id) {
  return impl_->cancel(user, batch_id);
}

}  // namespace uploadproto::reference
