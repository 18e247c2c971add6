// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_JOB_EVENT_STREAM_HPP
#define UPLOADPROTO_CLI_JOB_EVENT_STREAM_HPP

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "cli/job/feed_pump.hpp"

namespace uploadproto::cli {

/** Shows everything that a server tells everybody, until the user has seen enough. */
class event_stream {
 public:
  /** The references outlive it. */
  event_stream(boost::asio::any_io_executor executor, job_command const& what, display& show, job_feed& feed);

  /** @return `exit_code::interrupted`: nothing else ends it well. @throws failure when the connection is
     refused, or lost for good */
  boost::asio::awaitable<exit_code> run();

  /** The user wants to leave. @return whether the run is about to end: always */
  bool interrupt();

 private:
  boost::asio::awaitable<void> show_all();
  boost::asio::awaitable<void> wait_for_interrupt();

  display& show_;
  job_feed& feed_;
  feed_pump pump_;
  boost::asio::steady_timer interrupted_;
  bool interrupt_asked_ = false;
};

}  // namespace uploadproto::cli

#endif
