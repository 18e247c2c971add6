// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_BENCH_WATCHER_CLIENTS_HPP
#define UPLOADPROTO_BENCH_WATCHER_CLIENTS_HPP

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "clients.hpp"

namespace uploadproto::bench {

/// Watchers of the batches of `serve-batches`, one each, over plain WebSocket.
class watcher_clients final : public clients {
 public:
  struct outcome {
    std::vector<double> late_ms;  ///< each watcher's terminal message, from when the batch told of its end
    std::uint64_t messages = 0;
    double seconds = 0;              ///< from the first event to the last
    std::size_t most_in_second = 0;  ///< counted messages to one watcher within any second
    std::size_t over_limit = 0;      ///< watchers with more than `limit` of them
    std::size_t without_end = 0;
  };

  watcher_clients(std::string_view url, std::size_t count, std::size_t limit);

  /// Connects all of them, and follows until each has been told of the end or nothing has come for ten
  /// seconds.
  outcome watch();

 private:
  struct watcher {
    std::deque<double> within_second;  // when the messages that count arrived
    bool over = false, ended = false;
  };

  std::string target(connection const&) const override;
  void upgraded(connection&) override { ++connected_; }
  void on_frame(connection&, std::string_view payload) override;
  void on_closed(connection&) override {}
  void count(watcher& to, double now);

  std::size_t count_, limit_;
  std::size_t connected_ = 0, ended_ = 0;
  std::vector<watcher> watchers_;
  outcome outcome_;
  double first_ = 0, last_ = 0;
};

}  // namespace uploadproto::bench

#endif
