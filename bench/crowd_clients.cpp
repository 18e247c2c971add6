// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "crowd_clients.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "frame_scan.hpp"
#include "process.hpp"
#include "samples.hpp"

namespace uploadproto::bench {

namespace {

constexpr std::string_view job = "bulk_upload_job:job-1732531200000-1234";
constexpr std::string_view slow_room = "slow";
constexpr double sample_seconds = 0.25;

/// What the publisher put into the event's last member.
double stamp_of(std::string_view payload) {
  constexpr std::string_view before = "\"timestamp\":\"";
  auto const at = payload.rfind(before);
  if (at == std::string_view::npos) throw std::runtime_error("no stamp: " + std::string(payload));
  return std::strtod(payload.data() + at + before.size(), nullptr);
}

}  // namespace

crowd_clients::crowd_clients(std::string_view url, options with)
    : swarm(url, std::string(job)), with_(with), members_(with.connections + 1) {}

void crowd_clients::prepare(connection const& one) {
  if (!is_slow(one)) return;
  int const buffer = 4096;
  int const segment = 1400;
  setsockopt(one.fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  setsockopt(one.fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
}

void crowd_clients::join() {
  swarm::join(with_.connections, 128);
  connect_publisher();
}

void crowd_clients::on_joined(connection& one) {
  members_[one.index].joined = true;
  if (is_slow(one))
    send(one, client_text_frame("42[\"subscribe\",{\"room\":\"" + std::string(slow_room) + "\"}]"));
}

void crowd_clients::on_frame(connection& one, std::string_view payload) {
  // The slow ones are members of two rooms.
  if (members_[one.index].joined && payload.starts_with("42[\"subscribed\"")) return;
  swarm::on_frame(one, payload);
}

void crowd_clients::on_event(connection& one, std::string_view payload) {
  auto& to = members_[one.index];
  if (payload.starts_with("42[\"bulk_upload_complete\"")) {
    ++to.ends;
    return;
  }
  if (payload.find(job) == std::string_view::npos) return;
  auto const stamp = stamp_of(payload);
  if (stamp < to.latest) throw std::runtime_error("an older event came behind a newer one");
  to.latest = stamp;
  ++to.events;
  if (!is_slow(one)) latencies_ms_.push_back((now_seconds() - stamp) * 1e3);
}

void crowd_clients::on_beat(connection& one) {
  if (is_slow(one)) return;
  auto& last = members_[one.index].last_beat;
  auto const now = now_seconds();
  if (last != 0) longest_between_beats_ = std::max(longest_between_beats_, now - last);
  last = now;
  ++beats_;
}

void crowd_clients::publish_to(std::string_view room, std::string_view more) {
  char request[256];
  latest_ = room == job ? now_seconds() : latest_;
  std::snprintf(request, sizeof request, R"({"room":"%.*s","timestamp":"%.9f",%.*s})", int(room.size()),
                room.data(), latest_, int(more.size()), more.data());
  publish(request);
}

void crowd_clients::publish_end() {
  auto const before = latest_;
  publish_to(job, R"("n":1,"ends":true)");
  latest_ = before;
  ++ends_;
}

void crowd_clients::publish_to_slow(std::size_t bytes, bool replaceable) {
  constexpr std::size_t each = 4096;
  publish_to(slow_room, "\"more\":" + std::to_string(each) + ",\"n\":" + std::to_string(bytes / each + 1) +
                            (replaceable ? R"(,"replaceable":true)" : ""));
}

// Answers to heartbeats that they may not have read yet, and the few bytes that half of them read.
void crowd_clients::serve_slow() {
  auto const now = now_seconds();
  if (now - slow_served_ < with_.ping_interval / 2) return;
  slow_served_ = now;
  static auto const pong = client_text_frame("3");
  for (std::size_t i = 0; i < with_.slow; ++i) {
    auto& one = connections()[i];
    if (one.reads || one.now == transport::closed) continue;
    send(one, pong);
    if (i % 2 == 1 && one.now != transport::closed) read(one, 64);
  }
}

void crowd_clients::serve_until(double when) {
  serve_slow();
  wait(std::clamp(int((when - now_seconds()) * 1e3), 0, 20));
}

bool crowd_clients::all_up_to_date(bool slow) const {
  for (auto const& one : connections()) {
    if (one.index >= with_.connections || is_slow(one) != slow || one.now == transport::closed) continue;
    auto const& has = members_[one.index];
    if (has.ends != ends_ || has.latest != latest_) return false;
    if (!slow && has.events != published_) return false;
  }
  return true;
}

crowd_clients::stretch crowd_clients::follow(double seconds, double rate,
                                             std::function<void()> const& meanwhile) {
  latencies_ms_.clear();
  latencies_ms_.reserve(std::size_t(seconds * rate + 1) * with_.connections);
  beats_ = 0;
  longest_between_beats_ = 0;
  for (auto& each : members_) each.last_beat = 0;
  auto const began = now_seconds();
  auto next = began;
  auto sample = began;
  while (now_seconds() < began + seconds) {
    if (now_seconds() >= sample) {
      meanwhile();
      sample += sample_seconds;
    }
    if (now_seconds() >= next) {
      publish_to(job, R"("n":1,"replaceable":true)");
      ++published_;
      next += 1 / rate;
    }
    serve_until(std::min(next, sample));
  }
  stretch result;
  result.beats = double(beats_) / (now_seconds() - began);
  result.longest_between_beats = longest_between_beats_;
  for (auto const until = now_seconds() + 3 * patience; !all_up_to_date(false);) {
    serve_until(until);
    if (now_seconds() > until) throw std::runtime_error("the server lost events of those that read");
  }
  result.deliveries = double(latencies_ms_.size()) / (now_seconds() - began);
  result.p50_ms = percentile(latencies_ms_, 0.50);
  result.p99_ms = percentile(latencies_ms_, 0.99);
  return result;
}

void crowd_clients::stop_reading() {
  for (std::size_t i = 0; i < with_.slow; ++i) connections()[i].reads = false;
}

void crowd_clients::read_again() {
  for (std::size_t i = 0; i < with_.slow; ++i) {
    auto& one = connections()[i];
    one.reads = true;
    if (one.now != transport::closed) read(one);
  }
  for (auto const until = now_seconds() + 3 * patience; !all_up_to_date(true) && now_seconds() < until;)
    serve_until(until);
}

template <class Test>
std::size_t crowd_clients::count(Test test) const {
  return std::size_t(std::count_if(connections().begin(), connections().end(), test));
}

std::size_t crowd_clients::slow_closed() const {
  return count([this](auto const& one) { return is_slow(one) && one.now == transport::closed; });
}

std::size_t crowd_clients::others_closed() const {
  return count([this](auto const& one) { return !is_slow(one) && one.now == transport::closed; });
}

std::size_t crowd_clients::slow_told_every_end() const {
  return count([this](auto const& one) {
    return is_slow(one) && one.now != transport::closed && members_[one.index].ends == ends_;
  });
}

double crowd_clients::replaced() const {
  std::vector<double> each;
  for (std::size_t i = 0; i < with_.slow; ++i) each.push_back(double(published_ - members_[i].events));
  return percentile(each, 0.5);
}

}  // namespace uploadproto::bench
