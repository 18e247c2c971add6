// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "probe/world.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

namespace uploadproto::conformance {

world::world() : loop_(std::make_unique<boost::asio::io_context>(1)) {}
world::~world() = default;

bool world::until(std::function<bool()> const& holds, std::chrono::milliseconds patience) {
  auto const deadline = clock::now() + patience;
  auto const guard = boost::asio::make_work_guard(*loop_);
  loop_->restart();
  while (!holds()) {
    if (clock::now() >= deadline) return false;
    loop_->run_one_until(deadline);
  }
  return true;
}

void world::pass(std::chrono::milliseconds time) {
  until([] { return false; }, time);
}

}  // namespace uploadproto::conformance
