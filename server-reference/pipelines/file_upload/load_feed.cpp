// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/file_upload/load_feed.hpp"

namespace uploadproto::reference {
namespace {

using namespace std::chrono_literals;
constexpr auto at_most_every = 250ms;

}  // namespace

contract::file_upload_progress started_event(std::string const& job_id, load_state const& state) {
  contract::file_upload_progress event;
  event.job_id = job_id;
  event.template_name = state.template_name;
  event.status = contract::file_upload_statuses[0].name;
  event.message = "Counting rows";
  return event;
}

contract::file_upload_progress processing_event(std::string const& job_id, load_state const& state) {
  auto const total = state.total.value_or(0);
  contract::file_upload_progress event;
  event.job_id = job_id;
  event.template_name = state.template_name;
  event.status = contract::file_upload_statuses[1].name;
  event.progress = state.percent();
  event.message =
      "Processing " + std::to_string(state.processed) + " of " + std::to_string(total) + " rows";  // FU-L3
  event.processed = state.processed;
  event.total = total;
  if (state.error_count != 0) event.errors = state.error_lines();
  return event;
}

void load_feed::started(load_state const& state) {
  std::lock_guard lock(mutex_);
  send(started_event(job_id_, state));
}

void load_feed::processing(load_state const& state) {
  std::lock_guard lock(mutex_);
  auto const elapsed = now_() - sent_at_;
  // A clock that was set back must not silence the feed.
  bool const soon = elapsed >= 0ms && elapsed < at_most_every;
  if (soon && state.processed != state.total) return;
  sent_at_ = now_();
  send(processing_event(job_id_, state));
}

void load_feed::close(std::span<file_upload_event const> last) {
  std::lock_guard lock(mutex_);
  for (auto const& event : last) send(event);
  closed_ = true;
}

void load_feed::silence() {
  std::lock_guard lock(mutex_);
  closed_ = true;
}

void load_feed::send(file_upload_event const& event) {
  if (!closed_) sink_(event);
}

}  // namespace uploadproto::reference
