// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_BENCH_CROWD_CLIENTS_HPP
#define UPLOADPROTO_BENCH_CROWD_CLIENTS_HPP

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "swarm.hpp"

namespace uploadproto::bench {

/// Followers of one job, some of whom can be made to stop reading while they still answer heartbeats: the
/// peers that a server finds it hardest to notice.
///
/// The slow ones have small receive buffers and the segments of an Ethernet, so that what they do not read
/// waits in the server and not in the kernel. Every other one of them reads 64 bytes twice per heartbeat.
class crowd_clients final : public swarm {
 public:
  struct options {
    std::size_t connections, slow;
    double ping_interval;  ///< seconds
  };
  struct stretch {
    double p50_ms = 0, p99_ms = 0;     ///< of one event to one of those that read, from publishing it
    double deliveries = 0;             ///< a second, to them
    double beats = 0;                  ///< heartbeats a second that they have answered
    double longest_between_beats = 0;  ///< seconds, for one of them
  };

  crowd_clients(std::string_view url, options);

  void join();

  /// Publishes `rate` replaceable events a second to all, and calls `meanwhile` four times a second. Those
  /// that read have had every event when it returns.
  stretch follow(double seconds, double rate, std::function<void()> const& meanwhile);

  /// An event to all that ends a job.
  void publish_end();
  /// Events to the slow ones alone, that many bytes for each of them.
  void publish_to_slow(std::size_t bytes, bool replaceable);

  void stop_reading();
  /// Lets the slow ones read again, until each has had the latest event and all ends, or was closed.
  void read_again();

  std::size_t slow_closed() const;
  std::size_t others_closed() const;
  /// Slow ones who are still there and have been told of every end of a job.
  std::size_t slow_told_every_end() const;
  /// Replaceable events to all that one of the slow ones was spared; the median over them.
  double replaced() const;
  std::uint64_t published() const noexcept { return published_; }

 private:
  struct member {
    std::uint64_t events = 0, ends = 0;
    double latest = 0;     // the stamp of the latest event
    double last_beat = 0;  // 0: none yet
    bool joined = false;
  };

  void prepare(connection const&) override;
  void on_frame(connection&, std::string_view payload) override;
  void on_event(connection&, std::string_view payload) override;
  void on_beat(connection&) override;
  void on_joined(connection&) override;
  void on_closed(connection&) override {}

  bool is_slow(connection const& one) const noexcept { return one.index < with_.slow; }
  void publish_to(std::string_view room, std::string_view more);
  void serve_slow();
  void serve_until(double when);
  bool all_up_to_date(bool slow) const;
  template <class Test>
  std::size_t count(Test test) const;

  options with_;
  std::vector<member> members_;
  std::vector<double> latencies_ms_;
  std::uint64_t published_ = 0, ends_ = 0, beats_ = 0;
  double latest_ = 0;  // the stamp of what was published last
  double longest_between_beats_ = 0;
  double slow_served_ = 0;
};

}  // namespace uploadproto::bench

#endif
