// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "jobs/stage_feed.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

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

timestamp_ms wall_clock() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

void stage_feed::begin(contract::stage const& stage) {
  std::lock_guard guard(mutex_);
  if (held_) return;
  state_.stage = &stage;
  send_progress(stage.low, std::string(stage.description));
}

void stage_feed::advance(double part, std::string message) {
  std::lock_guard guard(mutex_);
  if (state_.stage == nullptr) return;  // its beginning fell into the time when the feed was held
  auto const elapsed = now_() - state_.sent_at;
  // A clock that was set back must not silence the feed.
  if (elapsed >= 0ms && elapsed < at_most_every) return;
  send_progress(within(*state_.stage, part), std::move(message));
}

void stage_feed::finish(std::string message) {
  std::lock_guard guard(mutex_);
  if (state_.stage == nullptr) return;
  if (state_.stage->high > state_.stage->low) send_progress(state_.stage->high, std::move(message));
}

void stage_feed::pulse() {
  std::lock_guard guard(mutex_);
  if (state_.stage == nullptr) return;
  auto const elapsed = now_() - state_.sent_at;
  if (elapsed >= 0ms && elapsed < at_least_every) return;
  send_progress(state_.progress, state_.message);
}

void stage_feed::send_progress(double progress, std::string message) {
  if (closed_ || held_) return;
  state_.progress = std::max(state_.progress, progress);
  state_.message = std::move(message);
  state_.sent_at = now_();
  send(state_);
}

void stage_feed::silence() {
  std::lock_guard guard(mutex_);
  closed_ = true;
}

void stage_feed::hold() {
  std::lock_guard guard(mutex_);
  held_ = true;
}

void stage_feed::go_on() {
  std::lock_guard guard(mutex_);
  held_ = false;
}

bool stage_feed::close_with(std::function<void(state const&)> const& last) {
  std::lock_guard guard(mutex_);
  if (closed_) return false;
  closed_ = true;
  last(state_);
  return true;
}

}  // namespace uploadproto::reference
