// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_LISTENER_HPP
#define UPLOADPROTO_REFERENCE_HTTP_LISTENER_HPP

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <unordered_set>
#include <vector>

#include "http/connection.hpp"
#include "http/site.hpp"

namespace uploadproto::reference::http {

/** Accepts connections for one or more sites on one loop. Must outlive them: run the loop dry, or await
 * drained(), before.
 */
class listener {
 public:
  /** Takes the address; clients wait until start().
      @throws boost::system::system_error where the address is not to be had */
  listener(asio::io_context& loop, asio::ip::tcp::endpoint at);

  /** Where it listens; a port 0 has become a real one. */
  asio::ip::tcp::endpoint local_endpoint() const { return local_; }

  /** Begins to accept. Several sites share the address where their paths differ: a request is the first's
     that knows its path. @param served outlive the listener; at least one */
  void start(std::vector<site const*> served);
  void start(site const& served) { start({&served}); }

  /** Accepts no more; connections end with the answer they are at, idle ones at once. */
  void drain();

  /** Completes when no connection is left. @return false if the deadline came first; the rest is cut off then
   */
  awaitable<bool> drained(std::chrono::steady_clock::time_point deadline);

  std::size_t connections() const noexcept { return connections_.size(); }

 private:
  awaitable<void> accept();
  awaitable<void> serve(stream_type stream);

  asio::io_context& loop_;
  std::vector<site const*> sites_;  // once started
  acceptor_type acceptor_;
  asio::ip::tcp::endpoint local_;
  asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                             executor_type>
      changed_;
  std::unordered_set<connection*> connections_;
};

}  // namespace uploadproto::reference::http

#endif
