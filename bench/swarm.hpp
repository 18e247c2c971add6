// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_BENCH_SWARM_HPP
#define UPLOADPROTO_BENCH_SWARM_HPP

#include <netinet/in.h>

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace uploadproto::bench {

/// Many Socket.IO clients over WebSocket on one epoll loop, made to be faster than any server it measures.
///
/// Errors (a refused connection, a server that closes or falls silent for ten seconds) throw
/// std::runtime_error.
class swarm {
 public:
  /// `url` is http://HOST:PORT with an IPv4 address. Without a room, members are there once they are
  /// connected, and what a consumer service broadcasts of its messages is counted.
  explicit swarm(std::string_view url, std::string room);
  ~swarm();
  swarm(swarm const&) = delete;
  swarm& operator=(swarm const&) = delete;

  /// Opens `count` connections, each of which connects to the namespace and joins the room, at most `at_once`
  /// of them under way at a time. Returns the seconds it took.
  double join(std::size_t count, std::size_t at_once);

  struct fan_out_result {
    double seconds = 0;
    std::uint64_t deliveries = 0;  ///< events received, over all members
    double cpu_seconds = 0;        ///< this process's own, to show that it was not the bottleneck
    double cycle_p50_us = 0;       ///< one event in flight: from publish to the last member's delivery
    double cycle_p99_us = 0;
  };

  /// Publishes to the room for `seconds` after `warm_up` seconds, keeping `in_flight` events under way.
  fan_out_result fan_out(std::size_t in_flight, double warm_up, double seconds);

  /// Serves pings until that many events have been delivered, over all members.
  void await(std::uint64_t deliveries);

  /// Serves pings and drops what arrives, for `seconds`.
  void idle(double seconds);

 private:
  enum class state : unsigned char { connecting, upgrading, opening, naming, joining, ready };
  struct connection {
    int fd = -1;
    state now = state::connecting;
    bool member = true;  // the publisher is not one
    std::string rest;    // a split frame, or the HTTP answer so far
  };

  connection& open(bool member);
  void connect_publisher();
  void wait(int timeout_ms);
  void on_ready(connection&, std::uint32_t events);
  void on_bytes(connection&, std::string_view);
  bool counts(std::string_view payload) const;
  void on_frame(connection&, unsigned char opcode, std::string_view payload);
  void send(connection&, std::string_view bytes);
  void publish(std::size_t times);

  sockaddr_in address_{};
  std::string host_;
  std::string room_;
  int epoll_ = -1;
  std::deque<connection> connections_;  // a deque: epoll keeps pointers into it
  connection* publisher_ = nullptr;
  std::size_t members_ready_ = 0;
  std::uint64_t delivered_ = 0;
  std::vector<char> buffer_;
  std::string publish_frame_;
};

}  // namespace uploadproto::bench

#endif
