// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_JOB_FEED_PUMP_HPP
#define UPLOADPROTO_CLI_JOB_FEED_PUMP_HPP

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "cli/command_line.hpp"
#include "cli/display/display.hpp"
#include "cli/job/job_feed.hpp"

namespace uploadproto::cli {

/** Work whose failure counts as an end: `||` goes on waiting for the others when one of its sides throws. */
boost::asio::awaitable<std::exception_ptr> outcome_of(boost::asio::awaitable<void> work);

/** That the connection for events stayed away. */
std::string lost_sentence(job_command const&);

/** Takes a feed's events into a queue, keeps the display's clock going, and gives up a connection that stays
    away for too long. */
class feed_pump {
 public:
  /** @param patience how long the connection may be away @param lost what to say then
      The references outlive the pump. */
  feed_pump(boost::asio::any_io_executor executor, job_feed& feed, display& show,
            std::chrono::milliseconds patience, std::function<std::string()> lost);

  /** Goes on until it is cancelled. */
  boost::asio::awaitable<void> run();
  /** Returns when something has come, the feed has failed, `wake` was called, or it is `until`. */
  boost::asio::awaitable<void> wait(time_point until);
  void wake() { wake_.cancel(); }

  /** Whether the connection has come back since this was last asked. `wait` returns when it does. */
  bool came_back() { return std::exchange(came_back_, false); }

  bool empty() const noexcept { return updates_.empty(); }
  std::optional<job_update> take();
  /** Why no more will come; null while there may. What has come before can still be taken. */
  std::exception_ptr failure() const noexcept { return failure_; }

 private:
  boost::asio::awaitable<void> read();
  boost::asio::awaitable<void> tick();

  boost::asio::any_io_executor executor_;
  job_feed& feed_;
  display& show_;
  std::chrono::milliseconds patience_;
  std::function<std::string()> lost_;
  boost::asio::steady_timer wake_;
  std::deque<job_update> updates_;
  std::exception_ptr failure_;
  std::uint64_t returns_ = 0;
  bool came_back_ = false;
};

}  // namespace uploadproto::cli

#endif
