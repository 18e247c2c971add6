// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_BENCH_SWARM_HPP
#define UPLOADPROTO_BENCH_SWARM_HPP

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "clients.hpp"

namespace uploadproto::bench {

/// Many Socket.IO clients over WebSocket.
///
/// Errors (a refused connection, a server that closes or falls silent for ten seconds) throw
/// std::runtime_error.
class swarm : protected clients {
 public:
  /// Without a room, members are there once they are connected, and what a consumer service broadcasts of its
  /// messages is counted.
  explicit swarm(std::string_view url, std::string room);

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

 protected:
  /// An event for a member that is there.
  virtual void on_event(connection&, std::string_view) { ++delivered_; }
  /// A heartbeat that has been answered.
  virtual void on_beat(connection&) {}
  /// A member has joined the room.
  virtual void on_joined(connection&) {}
  /// Has the server send to its room: `request` is what the fixture's `publish` takes.
  void publish(std::string_view request, std::size_t times = 1);
  void connect_publisher();
  void on_frame(connection&, std::string_view payload) override;

 private:
  enum class state : unsigned char { opening, naming, joining, ready };

  std::string target(connection const&) const override;
  bool counts(std::string_view payload) const;

  std::string room_;
  std::vector<state> states_;  // by the connection's index
  connection* publisher_ = nullptr;
  std::size_t members_ready_ = 0;
  std::uint64_t delivered_ = 0;
};

}  // namespace uploadproto::bench

#endif
