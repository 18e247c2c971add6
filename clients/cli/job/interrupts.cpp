// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/interrupts.hpp"

#include <csignal>
#include <cstdlib>
#include <uploadproto/result.hpp>

#include "cli/exit_code.hpp"

namespace uploadproto::cli {

constexpr auto grace = std::chrono::seconds(2);

interrupts::interrupts(boost::asio::io_context& context, std::function<bool()> ask,
                       std::function<void()> abandon)
    : signals_(context, SIGINT, SIGTERM), late_(context), ask_(std::move(ask)), abandon_(std::move(abandon)) {
  wait();
}

void interrupts::wait() {
  signals_.async_wait([this](error_code error, int) {
    if (error) return;
    if (asked_) leave();
    asked_ = true;
    if (ask_()) {
      late_.expires_after(grace);
      late_.async_wait([this](error_code cancelled) {
        if (!cancelled) leave();
      });
    }
    wait();
  });
}

void interrupts::leave() {
  abandon_();
  std::quick_exit(static_cast<int>(exit_code::interrupted));
}

}  // namespace uploadproto::cli
