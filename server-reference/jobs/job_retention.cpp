// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "jobs/job_retention.hpp"

#include <spdlog/spdlog.h>

#include <system_error>

#include "jobs/stage_feed.hpp"

namespace uploadproto::reference {
namespace {

constexpr std::chrono::hours interval{1};
constexpr std::size_t jobs_at_a_time = 200;  // uploads wait for one such transaction at most

}  // namespace

void job_retention::start() {
  if (keep_.count() != 0) thread_ = std::thread([this] { run(); });
}

void job_retention::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

std::uint64_t job_retention::sweep(timestamp_ms now) {
  if (keep_.count() == 0) return 0;
  std::uint64_t removed = 0;
  while (true) {
    auto const files = [&] {
      auto const held = workers_.hold_endings();
      return table_.expire(now - keep_, jobs_at_a_time);
    }();
    if (files.empty()) return removed;
    std::error_code ignored;
    for (auto const& file : files)
      removed += std::filesystem::remove(directory_.resolve(file), ignored) ? 1u : 0u;
  }
}

void job_retention::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    try {
      if (auto const removed = sweep(wall_clock())) spdlog::info("event=files_expired count={}", removed);
    } catch (std::exception const& error) {
      spdlog::error("event=expiry_failed what=\"{}\"", error.what());
    }
    lock.lock();
    changed_.wait_for(lock, interval, [&] { return stopping_; });
  }
}

}  // namespace uploadproto::reference
