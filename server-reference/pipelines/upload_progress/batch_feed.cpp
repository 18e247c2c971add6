// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/upload_progress/batch_feed.hpp"

#include <uploadproto/contract/timestamp.hpp>
#include <uploadproto/contract/writer.hpp>
#include <utility>

namespace uploadproto::reference {
namespace {

constexpr std::size_t most_kept = 2'000;

}  // namespace

batch_feed::batch_feed(job_record const& job, upload_progress_sink const& sink, clock now)
    : stage_feed(job.key, std::move(now)),
      user_(job.user),
      batch_id_(job.job_id),
      file_name_(job.file_name),
      size_(job.stored_bytes),
      sink_(sink) {}

void batch_feed::count(counts const& rows) {
  auto const locked = lock();
  rows_ = rows;
}

void batch_feed::rows_done(std::uint64_t done, std::string message) {
  std::uint64_t total = 0;
  {
    auto const locked = lock();
    rows_.processed = done;
    total = rows_.total.value_or(0);
  }
  advance(total == 0 ? 0 : static_cast<double>(done) / static_cast<double>(total), std::move(message));
}

upload_progress_event batch_feed::event_of(state const& now) const {
  upload_progress_event event;
  event.batch_id = batch_id_;
  event.progress = now.progress;
  event.stage = now.stage->name;
  event.message = now.message;
  event.timestamp = contract::format_timestamp(now.sent_at);
  contract::upload_progress_details details;
  details.processed = rows_.processed;
  details.total = rows_.total;
  details.errors = rows_.errors;
  details.filename = file_name_;
  details.size = size_;
  event.details = std::move(details);
  return event;
}

void batch_feed::keep(upload_progress_event const& event) {
  if (history_.size() >= most_kept) history_.erase(history_.begin(), history_.begin() + most_kept / 2);
  contract::append_json(history_.emplace_back(), event);
}

void batch_feed::send(state const& now) {
  auto const event = event_of(now);
  keep(event);
  sink_(user_, event);
}

bool batch_feed::close(upload_progress_event const& terminal) {
  return close_with([&](state const&) {
    keep(terminal);
    sink_(user_, terminal);
  });
}

std::optional<upload_progress_event> batch_feed::current() const {
  auto const locked = lock();
  if (latest().stage == nullptr) return std::nullopt;
  return event_of(latest());
}

batch_feed::snapshot batch_feed::standing() const {
  auto const locked = lock();
  snapshot now{{}, latest().progress, rows_};
  if (latest().stage != nullptr) now.stage = latest().stage->name;
  return now;
}

std::vector<std::string> batch_feed::history() const {
  auto const locked = lock();
  return history_;
}

}  // namespace uploadproto::reference
