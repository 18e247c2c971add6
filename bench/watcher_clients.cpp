// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "watcher_clients.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "process.hpp"

namespace uploadproto::bench {

namespace {

/// When the batch told of what the message says: its text.
double told_at(std::string_view payload) {
  constexpr std::string_view before = "\"message\":\"";
  auto const at = payload.find(before);
  if (at == std::string_view::npos) throw std::runtime_error("no time: " + std::string(payload));
  return std::strtod(payload.data() + at + before.size(), nullptr);
}

}  // namespace

watcher_clients::watcher_clients(std::string_view url, std::size_t count, std::size_t limit)
    : clients(url), count_(count), limit_(limit), watchers_(count) {}

std::string watcher_clients::target(connection const& one) const {
  auto const name = std::to_string(one.index);
  return "/ws/upload-progress/" + name + "?token=" + name;
}

watcher_clients::outcome watcher_clients::watch() {
  last_ = now_seconds();
  while (ended_ < count_ && now_seconds() < last_ + patience) {
    while (connections().size() < count_ && connections().size() < connected_ + 128) open();
    wait(100);
  }
  outcome_.seconds = last_ - first_;
  outcome_.without_end = count_ - ended_;
  outcome_.over_limit = std::size_t(
      std::count_if(watchers_.begin(), watchers_.end(), [](auto const& each) { return each.over; }));
  return std::move(outcome_);
}

void watcher_clients::on_frame(connection& one, std::string_view payload) {
  auto const now = last_ = now_seconds();
  auto& to = watchers_[one.index];
  if (payload.find("\"status\":\"connected\"") != std::string_view::npos) return;
  if (first_ == 0) first_ = now;
  ++outcome_.messages;
  if (payload.find("\"status\":\"processing\"") != std::string_view::npos) return count(to, now);
  if (to.ended) throw std::runtime_error("a batch ended twice: " + std::string(payload));
  to.ended = true;
  ++ended_;
  outcome_.late_ms.push_back((now - told_at(payload)) * 1e3);
}

void watcher_clients::count(watcher& to, double now) {
  if (to.ended) throw std::runtime_error("progress came behind the end");
  auto& recent = to.within_second;
  recent.push_back(now);
  while (recent.front() <= now - 1) recent.pop_front();
  outcome_.most_in_second = std::max(outcome_.most_in_second, recent.size());
  to.over = to.over || recent.size() > limit_;
}

}  // namespace uploadproto::bench
