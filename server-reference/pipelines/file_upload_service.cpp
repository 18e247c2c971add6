// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/file_upload_service.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>

#include "jobs/job_retention.hpp"
#include "jobs/job_table.hpp"
#include "jobs/job_workers.hpp"
#include "jobs/stage_feed.hpp"
#include "pipelines/file_upload/end_events.hpp"
#include "pipelines/file_upload/load_file.hpp"
#include "pipelines/file_upload/tables.hpp"
#include "stages/report_writer.hpp"
#include "templates/template_workbook.hpp"

namespace uploadproto::reference {
namespace {

constexpr auto interrupted_error =
    "The server stopped several times while it worked on this file; the job was given up";

class file_upload_pipeline final : public job_pipeline {
 public:
  file_upload_pipeline(file_upload_environment const& with, file_upload_sink const& sink)
      : with_(with), sink_(sink) {}

  std::shared_ptr<job_attempt> begin(job_record const& job) override {
    return std::make_shared<load_feed>(job.key, job.job_id, sink_, wall_clock);
  }

  job_end run(job_record const& job, job_attempt& attempt) override {
    return load_file(with_, job, static_cast<load_feed&>(attempt));
  }

  void tell_end(job_record const& after, job_attempt* running) override {
    auto const events = end_events(after, with_.loads.find(after.job_id).value());
    if (running) return static_cast<load_feed*>(running)->close(events);
    for (auto const& event : events) sink_(event);
  }

 private:
  file_upload_environment const& with_;
  file_upload_sink const& sink_;
};

void describe_progress(file_job_view& view, contract::file_upload_progress const& as) {
  view.status = as.status;
  view.progress = as.progress;
  view.message = as.message;
}

}  // namespace

class file_upload_service::impl {
 public:
  impl(file_upload_options options, event_sink sink)
      : options_(std::move(options)),
        sink_(std::move(sink)),
        directory_(options_.data_directory),
        database_(directory_.database(), options_.max_database_pages, file_upload_schema()),
        table_(database_, file_upload_tables()),
        loads_(database_),
        environment_{database_, loads_, directory_.work(), options_.max_rows,
                     std::max<std::size_t>(options_.batch_rows, 1)},
        pipeline_(environment_, sink_),
        workers_(table_, directory_, pipeline_, {options_.first_room_wait, options_.longest_room_wait}),
        retention_(table_, directory_, workers_, options_.retention) {
    auto const waiting = table_.recover(options_.max_interruptions, interrupted_error, wall_clock());
    if (waiting != 0) spdlog::info("event=jobs_recovered count={}", waiting);
    directory_.sweep(table_.files_in_use());
  }

  bool accept(std::string const& job_id, file_template const& through, std::string const& file_name,
              std::filesystem::path const& stored, std::uint64_t size) {
    // Between the look and the last step nobody else may use the id: the load is written over.
    std::lock_guard lock(accepting_);
    if (table_.find(job_id)) return false;
    sync_directory(std::filesystem::absolute(stored).parent_path());
    loads_.put(job_id, through);
    if (!table_.add_named(job_id, {}, file_name, directory_.relative(stored), size, wall_clock()))
      return false;
    spdlog::info("event=job_accepted job_id={} template={} bytes={}", job_id, through.name, size);
    workers_.wake();
    return true;
  }

  std::optional<file_job_view> find(std::string const& job_id) const {
    auto const job = table_.find(job_id);
    if (!job) return std::nullopt;
    auto const state = loads_.find(job_id).value();
    file_job_view view;
    view.job_id = job->job_id;
    view.template_name = state.template_name;
    view.file_name = job->file_name;
    view.errors = state.error_lines();
    view.created_at = job->uploaded_at;
    view.ended_at = job->ended_at;
    if (state.total) {
      view.processed = state.processed;
      view.total = state.total;
    }
    if (has_ended(job->status))
      describe_end(view, *job, state);
    else if (state.total)
      describe_progress(view, processing_event(job_id, state));
    else if (job->status == job_status::processing)
      describe_progress(view, started_event(job_id, state));
    else
      view.status = "queued", view.message = "Waiting";
    return view;
  }

  std::optional<file_upload_event> end_of(std::string const& job_id) const {
    auto const job = table_.find(job_id);
    if (!job || !has_ended(job->status)) return std::nullopt;
    return end_events(*job, loads_.find(job_id).value()).back();
  }

  template <class Write>
  work_file make_workbook(Write write) const {
    auto const file = directory_.work() / ("made-" + std::to_string(++made_) + ".xlsx");
    work_file const owner(new std::filesystem::path(file), [](std::filesystem::path const* path) {
      std::error_code ignored;
      std::filesystem::remove(*path, ignored);
      delete path;
    });
    try {
      write(file);
    } catch (report_error const& error) {
      if (error.reason() == report_error::kind::no_space) throw storage_full(error.what());
      throw;
    }
    return owner;
  }

  work_file export_rows(file_template const& of) const {
    return make_workbook([&](std::filesystem::path const& file) {
      export_writer writer(of, file);
      for_each_stored_row(database_, of.name, [&](boost::json::object const& row) { writer.add(row); });
      writer.finish();
    });
  }

  void start(unsigned workers) {
    workers_.start(workers);
    retention_.start();
  }
  void drain(std::chrono::steady_clock::time_point deadline) {
    retention_.stop();
    workers_.drain(deadline);
  }

  file_upload_options const& options() const { return options_; }
  data_directory const& directory() const { return directory_; }
  database const& db() const { return database_; }

 private:
  static void describe_end(file_job_view& view, job_record const& job, load_state const& state) {
    if (job.status == job_status::completed) {
      view.status = contract::file_upload_statuses[2].name;
      view.progress = 100;
      view.result = result_of(state);
      view.message = view.result->message;
      return;
    }
    view.status = contract::file_upload_statuses[3].name;
    view.progress = state.percent();
    view.error = job.error.value_or("The job failed");
    view.message = *view.error;
  }

  file_upload_options const options_;
  event_sink const sink_;
  data_directory const directory_;
  database database_;
  job_table table_;
  load_table loads_;
  file_upload_environment const environment_;
  file_upload_pipeline pipeline_;
  std::mutex accepting_;
  mutable std::atomic<std::uint64_t> made_{0};
  job_workers workers_;
  job_retention retention_;  // last: the threads of these two use all of the above
};

file_upload_service::file_upload_service(file_upload_options options, event_sink sink)
    : impl_(std::make_unique<impl>(std::move(options), std::move(sink))) {}

file_upload_service::~file_upload_service() = default;

template_set const& file_upload_service::templates() const {
  return impl_->options().templates;
}

std::filesystem::path file_upload_service::uploads_directory() const {
  return impl_->directory().uploads();
}

void file_upload_service::start(unsigned workers) {
  impl_->start(workers);
}

void file_upload_service::drain(std::chrono::steady_clock::time_point deadline) {
  impl_->drain(deadline);
}

bool file_upload_service::accept(std::string const& job_id, file_template const& through,
                                 std::string const& file_name, std::filesystem::path const& stored_path,
                                 std::uint64_t size) {
  return impl_->accept(job_id, through, file_name, stored_path, size);
}

std::optional<file_job_view> file_upload_service::find(std::string const& job_id) const {
  return impl_->find(job_id);
}

std::optional<file_upload_event> file_upload_service::end_of(std::string const& job_id) const {
  return impl_->end_of(job_id);
}

stored_page file_upload_service::rows(std::string const& template_name, std::uint64_t page,
                                      std::uint64_t limit) const {
  return read_page(impl_->db(), template_name, page, limit);
}

file_upload_service::work_file file_upload_service::export_rows(file_template const& of) const {
  return impl_->export_rows(of);
}

file_upload_service::work_file file_upload_service::template_workbook(file_template const& of,
                                                                      bool with_samples) const {
  return impl_->make_workbook(
      [&](std::filesystem::path const& file) { write_template_workbook(of, with_samples, file); });
}

}  // namespace uploadproto::reference
