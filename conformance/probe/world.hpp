// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_PROBE_WORLD_HPP
#define UPLOADPROTO_CONFORMANCE_PROBE_WORLD_HPP

#include <chrono>
#include <functional>
#include <memory>

#include "probe/trace.hpp"

namespace boost::asio {
class io_context;
}

namespace uploadproto::conformance {

/** The event loop in which the connections of one trial live, and what went over them.

    Connections read all the time that the loop runs and keep what they have received, so a case is a plain
    function: it does something, then waits until something holds. One thread. */
class world {
 public:
  world();
  ~world();
  world(world const&) = delete;
  world& operator=(world const&) = delete;

  /** Lets the connections work until `holds`. @return false when it did not within `patience` */
  bool until(std::function<bool()> const& holds, std::chrono::milliseconds patience);
  /** Lets the connections work for that long: for clauses about rates, never as proof of silence. */
  void pass(std::chrono::milliseconds);

  boost::asio::io_context& loop() noexcept { return *loop_; }
  trace& wire() noexcept { return wire_; }

 private:
  trace wire_;
  std::unique_ptr<boost::asio::io_context> loop_;
};

}  // namespace uploadproto::conformance

#endif
