// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/bulk_upload/event_feed.hpp"

#include <algorithm>
#include <cmath>
#include <uploadproto/contract/timestamp.hpp>

namespace uploadproto::reference {
namespace {

using namespace std::chrono_literals;
constexpr auto at_most_every = 100ms;
constexpr auto at_least_every = 800ms;

// One decimal is what a bar can show.
double within(contract::stage const& stage, double part) {
  auto const value = stage.low + (stage.high - stage.low) * std::clamp(part, 0.0, 1.0);
  return std::floor(value * 10) / 10;
}

}  // namespace

event_feed::event_feed(attempt_key key, std::string user, std::string job_id, bulk_upload_sink const& sink,
                       clock now)
    : key_(key), user_(std::move(user)), sink_(sink), now_(std::move(now)) {
  latest_.job_id = std::move(job_id);
}

void event_feed::begin(contract::stage const& stage) {
  std::lock_guard lock(mutex_);
  stage_ = &stage;
  latest_.stage = stage.name;
  send(stage.low, std::string(stage.description));
}

void event_feed::advance(double part, std::string message) {
  std::lock_guard lock(mutex_);
  auto const elapsed = now_() - sent_at_;
  // A clock that was set back must not silence the feed.
  if (elapsed >= 0ms && elapsed < at_most_every) return;
  send(within(*stage_, part), std::move(message));
}

void event_feed::finish(std::string message) {
  std::lock_guard lock(mutex_);
  if (stage_->high > stage_->low) send(stage_->high, std::move(message));
}

void event_feed::pulse() {
  std::lock_guard lock(mutex_);
  if (stage_ == nullptr) return;
  auto const elapsed = now_() - sent_at_;
  if (elapsed >= 0ms && elapsed < at_least_every) return;
  send(latest_.progress, latest_.message);
}

void event_feed::send(double progress, std::string message) {
  if (closed_) return;
  latest_.progress = std::max(latest_.progress, progress);
  latest_.message = std::move(message);
  sent_at_ = now_();
  latest_.timestamp = contract::format_timestamp(sent_at_);
  sink_(user_, latest_);
}

bool event_feed::close(bulk_upload_event const& terminal, std::optional<bulk_upload_event> const& first) {
  std::lock_guard lock(mutex_);
  if (closed_) return false;
  closed_ = true;
  if (stage_ == nullptr && first) sink_(user_, *first);
  sink_(user_, terminal);
  return true;
}

void event_feed::silence() {
  std::lock_guard lock(mutex_);
  closed_ = true;
}

void event_feed::judged(validation_counts const& counts) {
  std::lock_guard lock(mutex_);
  validation_ = counts;
}

event_feed::state event_feed::current() const {
  std::lock_guard lock(mutex_);
  if (stage_ == nullptr) return {};
  return {latest_, latest_.stage, latest_.progress, validation_};
}

}  // namespace uploadproto::reference
