// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "swarm.hpp"

#include <stdexcept>

#include "frame_scan.hpp"
#include "process.hpp"
#include "samples.hpp"

namespace uploadproto::bench {

namespace {

constexpr std::string_view event_prefix = "42[\"bulk_upload_";

[[noreturn]] void fail(std::string const& what) {
  throw std::runtime_error(what);
}

}  // namespace

swarm::swarm(std::string_view url, std::string room) : clients(url), room_(std::move(room)) {}

std::string swarm::target(connection const&) const {
  return "/socket.io/?EIO=4&transport=websocket";
}

double swarm::join(std::size_t count, std::size_t at_once) {
  auto const began = now_seconds();
  auto const target = members_ready_ + count;
  std::size_t opened = members_ready_;
  auto last = began;
  while (members_ready_ < target) {
    auto const before = members_ready_;
    for (; opened < target && opened - members_ready_ < at_once; ++opened) open();
    wait(100);
    if (members_ready_ != before) last = now_seconds();
    if (now_seconds() - last > patience)
      fail("only " + std::to_string(members_ready_) + " of " + std::to_string(target) +
           " connections joined");
  }
  return now_seconds() - began;
}

void swarm::connect_publisher() {
  publisher_ = &open();
  auto const began = now_seconds();
  while (publisher_->index >= states_.size() || states_[publisher_->index] != state::ready) {
    wait(100);
    if (now_seconds() - began > patience) fail("the publisher could not connect");
  }
}

swarm::fan_out_result swarm::fan_out(std::size_t in_flight, double warm_up, double seconds) {
  if (publisher_ == nullptr) connect_publisher();
  auto const members = members_ready_;
  auto const request = R"({"room":")" + room_ + R"(","n":1,"timestamp":"2025-11-25T10:30:45.123Z"})";
  std::uint64_t published = 0;
  delivered_ = 0;

  fan_out_result result;
  std::vector<double> cycles;
  auto cycle_began = now_seconds();
  auto const begin = cycle_began + warm_up;
  bool measuring = false;
  double measured_from = 0;
  double cpu_from = 0;
  std::uint64_t delivered_from = 0;
  auto last = cycle_began;
  for (;;) {
    // Credit is counted in deliveries: an event is over when all members have had it.
    auto const over = delivered_ / members;
    if (in_flight == 1 && over == published && published != 0) {
      auto const now = now_seconds();
      if (measuring) cycles.push_back((now - cycle_began) * 1e6);
      cycle_began = now;
    }
    if (auto const missing = over + in_flight - published; missing != 0) {
      publish(request, missing);
      published += missing;
    }
    auto const before = delivered_;
    wait(100);
    auto const now = now_seconds();
    if (delivered_ != before) last = now;
    if (now - last > patience) fail("the server stopped delivering");
    if (!measuring && now >= begin) {
      measuring = true;
      measured_from = now;
      cpu_from = own_cpu_seconds();
      delivered_from = delivered_;
    } else if (measuring && now >= measured_from + seconds) {
      result.seconds = now - measured_from;
      result.cpu_seconds = own_cpu_seconds() - cpu_from;
      result.deliveries = delivered_ - delivered_from;
      break;
    }
  }
  while (delivered_ < published * members) {  // the next measurement begins with nothing under way
    wait(100);
    if (now_seconds() - last > patience * 2) fail("the server lost events");
  }
  result.cycle_p50_us = percentile(cycles, 0.50);
  result.cycle_p99_us = percentile(cycles, 0.99);
  return result;
}

void swarm::await(std::uint64_t deliveries) {
  auto last = now_seconds();
  while (delivered_ < deliveries) {
    auto const before = delivered_;
    wait(100);
    if (delivered_ != before) last = now_seconds();
    if (now_seconds() - last > patience * 2)
      fail("only " + std::to_string(delivered_) + " of " + std::to_string(deliveries) + " deliveries came");
  }
}

void swarm::idle(double seconds) {
  for (auto const end = now_seconds() + seconds; now_seconds() < end;) wait(50);
}

bool swarm::counts(std::string_view payload) const {
  if (!room_.empty()) return payload.starts_with(event_prefix);
  return payload.starts_with("42[\"message-") || payload.starts_with("42[\"processing-");
}

void swarm::on_frame(connection& one, std::string_view payload) {
  if (states_.size() <= one.index) states_.resize(one.index + 1, state::opening);
  auto& now = states_[one.index];
  bool const member = &one != publisher_;
  if (now == state::ready && counts(payload)) return on_event(one, payload);
  if (room_.empty() && payload.starts_with("42")) return;  // greetings and counts
  if (payload == "2") {
    send(one, client_text_frame("3"));
    on_beat(one);
  } else if (now == state::opening && payload.starts_with('0')) {
    now = state::naming;
    send(one, client_text_frame("40{\"token\":\"bench\"}"));
  } else if (now == state::naming && payload.starts_with("40")) {
    bool const joins = member && !room_.empty();
    now = joins ? state::joining : state::ready;
    if (member && !joins) ++members_ready_;
    if (joins) send(one, client_text_frame("42[\"subscribe\",{\"room\":\"" + room_ + "\"}]"));
  } else if (now == state::joining && payload.starts_with("42[\"subscribed\"")) {
    now = state::ready;
    ++members_ready_;
    on_joined(one);
  } else {
    fail("unexpected: " + std::string(payload.substr(0, 80)));
  }
}

void swarm::publish(std::string_view request, std::size_t times) {
  auto const frame = client_text_frame("42[\"publish\"," + std::string(request) + "]");
  std::string frames;
  for (std::size_t i = 0; i < times; ++i) frames += frame;
  send(*publisher_, frames);
}

}  // namespace uploadproto::bench
