// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "swarm.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "frame_scan.hpp"
#include "process.hpp"

namespace uploadproto::bench {

namespace {

constexpr std::string_view event_prefix = "42[\"bulk_upload_progress\"";
constexpr double patience = 10;  // seconds without any progress before the server counts as dead

[[noreturn]] void fail(std::string const& what) {
  throw std::runtime_error(what);
}

[[noreturn]] void fail_errno(std::string const& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

double own_cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  auto const seconds = [](timeval const& t) { return double(t.tv_sec) + double(t.tv_usec) / 1e6; };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

void allow_many_files() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

double percentile(std::vector<double>& values, double part) {
  if (values.empty()) return 0;
  auto const index = std::min(values.size() - 1, std::size_t(double(values.size()) * part));
  std::nth_element(values.begin(), values.begin() + std::ptrdiff_t(index), values.end());
  return values[index];
}

}  // namespace

swarm::swarm(std::string_view url, std::string room) : room_(std::move(room)), buffer_(256 * 1024) {
  constexpr std::string_view scheme = "http://";
  auto const colon = url.rfind(':');
  if (!url.starts_with(scheme) || colon <= scheme.size()) fail("not http://HOST:PORT: " + std::string(url));
  host_ = url.substr(scheme.size());
  if (auto const slash = host_.find('/'); slash != std::string::npos) host_.resize(slash);
  address_.sin_family = AF_INET;
  address_.sin_port = htons(static_cast<std::uint16_t>(std::stoul(host_.substr(host_.find(':') + 1))));
  if (inet_pton(AF_INET, host_.substr(0, host_.find(':')).c_str(), &address_.sin_addr) != 1)
    fail("not an IPv4 address: " + host_);
  allow_many_files();
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_ < 0) fail_errno("epoll_create1");
  publish_frame_ = client_text_frame("42[\"publish\",{\"room\":\"" + room_ +
                                     "\",\"n\":1,\"timestamp\":\"2025-11-25T10:30:45.123Z\"}]");
}

swarm::~swarm() {
  for (auto const& each : connections_) ::close(each.fd);
  ::close(epoll_);
}

swarm::connection& swarm::open(bool member) {
  auto& opened = connections_.emplace_back();
  opened.member = member;
  opened.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (opened.fd < 0) fail_errno("socket");
  int const yes = 1;
  setsockopt(opened.fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (connect(opened.fd, reinterpret_cast<sockaddr const*>(&address_), sizeof address_) != 0 &&
      errno != EINPROGRESS)
    fail_errno("connect");
  epoll_event interest{};
  interest.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  interest.data.ptr = &opened;
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, opened.fd, &interest) != 0) fail_errno("epoll_ctl");
  return opened;
}

double swarm::join(std::size_t count, std::size_t at_once) {
  auto const began = now_seconds();
  auto const target = members_ready_ + count;
  std::size_t opened = members_ready_;
  auto last = began;
  while (members_ready_ < target) {
    auto const before = members_ready_;
    for (; opened < target && opened - members_ready_ < at_once; ++opened) open(true);
    wait(100);
    if (members_ready_ != before) last = now_seconds();
    if (now_seconds() - last > patience)
      fail("only " + std::to_string(members_ready_) + " of " + std::to_string(target) +
           " connections joined");
  }
  return now_seconds() - began;
}

void swarm::connect_publisher() {
  publisher_ = &open(false);
  auto const began = now_seconds();
  while (publisher_->now != state::ready) {
    wait(100);
    if (now_seconds() - began > patience) fail("the publisher could not connect");
  }
}

swarm::fan_out_result swarm::fan_out(std::size_t in_flight, double warm_up, double seconds) {
  if (publisher_ == nullptr) connect_publisher();
  auto const members = members_ready_;
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
      publish(missing);
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

void swarm::wait(int timeout_ms) {
  epoll_event ready[1024];
  int const count = epoll_wait(epoll_, ready, 1024, timeout_ms);
  if (count < 0 && errno != EINTR) fail_errno("epoll_wait");
  for (int i = 0; i < count; ++i) on_ready(*static_cast<connection*>(ready[i].data.ptr), ready[i].events);
}

void swarm::on_ready(connection& one, std::uint32_t events) {
  if (one.now == state::connecting) {
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) fail("a connection was refused");
    if ((events & EPOLLOUT) == 0) return;
    one.now = state::upgrading;
    send(one, "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: " + host_ +
                  "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  }
  if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP)) == 0) return;
  for (;;) {
    auto const size = recv(one.fd, buffer_.data(), buffer_.size(), 0);
    if (size > 0) {
      on_bytes(one, {buffer_.data(), std::size_t(size)});
      // A short read emptied the socket; edge triggering tells of what comes next.
      if (std::size_t(size) < buffer_.size()) return;
    } else if (size == 0) {
      fail("the server closed a connection");
    } else if (errno == EAGAIN) {
      return;
    } else if (errno != EINTR) {
      fail_errno("recv");
    }
  }
}

void swarm::on_bytes(connection& one, std::string_view bytes) {
  if (one.now == state::upgrading) {
    one.rest += bytes;
    auto const end = one.rest.find("\r\n\r\n");
    if (end == std::string::npos) return;
    if (!one.rest.starts_with("HTTP/1.1 101")) fail("no upgrade: " + one.rest.substr(0, one.rest.find('\r')));
    one.now = state::opening;
    auto const glued = one.rest.substr(end + 4);
    one.rest = std::string();
    if (!glued.empty()) on_bytes(one, glued);
    return;
  }
  scan_frames(one.rest, bytes,
              [&](server_frame const& frame) { on_frame(one, frame.opcode, frame.payload); });
  // A split frame's memory is given back; ten thousand connections would keep it otherwise.
  if (one.rest.empty() && one.rest.capacity() > 4096) one.rest = std::string();
}

bool swarm::counts(std::string_view payload) const {
  if (!room_.empty()) return payload.starts_with(event_prefix);
  return payload.starts_with("42[\"message-") || payload.starts_with("42[\"processing-");
}

void swarm::on_frame(connection& one, unsigned char opcode, std::string_view payload) {
  if (opcode == 8) fail("the server closed a WebSocket");
  if (one.now == state::ready && counts(payload)) {
    ++delivered_;
    return;
  }
  if (room_.empty() && payload.starts_with("42")) return;  // greetings and counts
  if (payload == "2") {
    send(one, client_text_frame("3"));
  } else if (one.now == state::opening && payload.starts_with('0')) {
    one.now = state::naming;
    send(one, client_text_frame("40{\"token\":\"bench\"}"));
  } else if (one.now == state::naming && payload.starts_with("40")) {
    bool const joins = one.member && !room_.empty();
    one.now = joins ? state::joining : state::ready;
    if (one.member && !joins) ++members_ready_;
    if (joins) send(one, client_text_frame("42[\"subscribe\",{\"room\":\"" + room_ + "\"}]"));
  } else if (one.now == state::joining && payload.starts_with("42[\"subscribed\"")) {
    one.now = state::ready;
    ++members_ready_;
  } else {
    fail("unexpected: " + std::string(payload.substr(0, 80)));
  }
}

// What is sent here is small and answered before more is sent: the socket always has room for it.
void swarm::send(connection& one, std::string_view bytes) {
  auto const sent = ::send(one.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent < 0) fail_errno("send");
  if (std::size_t(sent) != bytes.size()) fail("the server does not read");
}

void swarm::publish(std::size_t times) {
  std::string frames;
  for (std::size_t i = 0; i < times; ++i) frames += publish_frame_;
  send(*publisher_, frames);
}

}  // namespace uploadproto::bench
