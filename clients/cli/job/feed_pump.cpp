// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/feed_pump.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "cli/duration.hpp"
#include "cli/exit_code.hpp"

namespace uploadproto::cli {
namespace {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;
using clock = std::chrono::steady_clock;

constexpr auto between_ticks = std::chrono::milliseconds(100);

}  // namespace

asio::awaitable<std::exception_ptr> outcome_of(asio::awaitable<void> work) {
  try {
    co_await std::move(work);
  } catch (...) {
    co_return std::current_exception();
  }
  co_return nullptr;
}

std::string lost_sentence(job_command const& what) {
  return "the connection to " + what.server.text() + " was lost and did not come back in " +
         format_duration(what.timeout);
}

feed_pump::feed_pump(asio::any_io_executor executor, job_feed& feed, display& show,
                     std::chrono::milliseconds patience, std::function<std::string()> lost)
    : executor_(std::move(executor)),
      feed_(feed),
      show_(show),
      patience_(patience),
      lost_(std::move(lost)),
      wake_(executor_, clock::time_point::max()) {}

asio::awaitable<void> feed_pump::run() {
  co_await (read() || tick());
}

asio::awaitable<void> feed_pump::wait(time_point until) {
  if (!updates_.empty() || failure_) co_return;
  error_code ignored;
  wake_.expires_at(until);
  co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

std::optional<job_update> feed_pump::take() {
  if (updates_.empty()) return std::nullopt;
  job_update update = std::move(updates_.front());
  updates_.pop_front();
  return update;
}

asio::awaitable<void> feed_pump::read() {
  try {
    for (;;) {
      updates_.push_back(co_await feed_.next());
      wake();
    }
  } catch (cli::failure const&) {
    failure_ = std::current_exception();
    wake();
  }
  asio::steady_timer never(executor_, clock::time_point::max());
  co_await never.async_wait(asio::use_awaitable);
}

asio::awaitable<void> feed_pump::tick() {
  asio::steady_timer timer(executor_);
  for (;;) {
    timer.expires_after(between_ticks);
    co_await timer.async_wait(asio::use_awaitable);
    show_.tick(clock::now());
    if (auto const returns = std::exchange(returns_, feed_.returns()); returns != returns_) {
      came_back_ = true;
      wake();
    }
    auto const lost = feed_.lost_since();
    if (!lost || clock::now() - *lost <= patience_ || failure_) continue;
    failure_ = std::make_exception_ptr(cli::failure(exit_code::cannot_connect, lost_()));
    wake();
  }
}

}  // namespace uploadproto::cli
