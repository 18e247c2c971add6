// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "clients.hpp"

#include <arpa/inet.h>
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

namespace uploadproto::bench {

namespace {

[[noreturn]] void fail(std::string const& what) {
  throw std::runtime_error(what);
}

[[noreturn]] void fail_errno(std::string const& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

void allow_many_files() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

clients::clients(std::string_view url) : buffer_(256 * 1024) {
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
}

clients::~clients() {
  for (auto const& each : connections_)
    if (each.fd >= 0) ::close(each.fd);
  ::close(epoll_);
}

clients::connection& clients::open() {
  auto& opened = connections_.emplace_back();
  opened.index = connections_.size() - 1;
  opened.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (opened.fd < 0) fail_errno("socket");
  int const yes = 1;
  setsockopt(opened.fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  prepare(opened);
  if (connect(opened.fd, reinterpret_cast<sockaddr const*>(&address_), sizeof address_) != 0 &&
      errno != EINPROGRESS)
    fail_errno("connect");
  epoll_event interest{};
  interest.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  interest.data.ptr = &opened;
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, opened.fd, &interest) != 0) fail_errno("epoll_ctl");
  return opened;
}

void clients::wait(int timeout_ms) {
  epoll_event ready[1024];
  int const count = epoll_wait(epoll_, ready, 1024, timeout_ms);
  if (count < 0 && errno != EINTR) fail_errno("epoll_wait");
  for (int i = 0; i < count; ++i) on_ready(*static_cast<connection*>(ready[i].data.ptr), ready[i].events);
}

void clients::on_ready(connection& one, std::uint32_t events) {
  if (one.now == transport::connecting) {
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) fail("a connection was refused");
    if ((events & EPOLLOUT) == 0) return;
    one.now = transport::upgrading;
    send(one, "GET " + target(one) + " HTTP/1.1\r\nHost: " + host_ +
                  "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  }
  if ((events & (EPOLLERR | EPOLLHUP)) != 0 && !one.reads) return closed(one);
  if (one.reads && (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP)) != 0) read(one);
}

void clients::read(connection& one, std::size_t at_most) {
  auto const piece = std::min(buffer_.size(), at_most);
  while (one.now != transport::closed) {
    auto const size = recv(one.fd, buffer_.data(), piece, 0);
    if (size > 0) {
      on_bytes(one, {buffer_.data(), std::size_t(size)});
      // A short read emptied the socket; edge triggering tells of what comes next.
      if (std::size_t(size) < piece || piece == at_most) return;
    } else if (size == 0 || errno == ECONNRESET) {
      closed(one);
    } else if (errno == EAGAIN) {
      return;
    } else if (errno != EINTR) {
      fail_errno("recv");
    }
  }
}

void clients::closed(connection& one) {
  ::close(one.fd);
  one.fd = -1;
  one.now = transport::closed;
  on_closed(one);
}

void clients::on_closed(connection&) {
  fail("the server closed a connection");
}

void clients::on_bytes(connection& one, std::string_view bytes) {
  if (one.now == transport::upgrading) {
    one.rest += bytes;
    auto const end = one.rest.find("\r\n\r\n");
    if (end == std::string::npos) return;
    if (!one.rest.starts_with("HTTP/1.1 101")) fail("no upgrade: " + one.rest.substr(0, one.rest.find('\r')));
    one.now = transport::open;
    auto const glued = one.rest.substr(end + 4);
    one.rest = std::string();
    upgraded(one);
    if (!glued.empty()) on_bytes(one, glued);
    return;
  }
  scan_frames(one.rest, bytes,
              [&](server_frame const& frame) { take_frame(one, frame.opcode, frame.payload); });
  // A split frame's memory is given back; ten thousand connections would keep it otherwise.
  if (one.rest.empty() && one.rest.capacity() > 4096) one.rest = std::string();
}

void clients::take_frame(connection& one, unsigned char opcode, std::string_view payload) {
  if (one.now == transport::closed) return;
  if (opcode == 8) return closed(one);
  if (opcode == 9) return send(one, client_frame(0xA, payload));
  on_frame(one, payload);
}

void clients::send(connection& one, std::string_view bytes) {
  auto const sent = ::send(one.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) return closed(one);
  if (sent < 0) fail_errno("send");
  if (std::size_t(sent) != bytes.size()) fail("the server does not read");
}

}  // namespace uploadproto::bench
