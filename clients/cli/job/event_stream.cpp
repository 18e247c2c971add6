// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/event_stream.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace uploadproto::cli {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;
using clock = std::chrono::steady_clock;

event_stream::event_stream(asio::any_io_executor executor, job_command const& what, display& show,
                           job_feed& feed)
    : show_(show),
      feed_(feed),
      pump_(executor, feed, show, what.timeout, [&what] { return lost_sentence(what); }),
      interrupted_(executor, clock::time_point::max()) {}

asio::awaitable<exit_code> event_stream::run() {
  auto const connected = co_await (outcome_of(feed_.connect()) || wait_for_interrupt());
  if (connected.index() == 1) co_return exit_code::interrupted;
  if (auto const wrong = std::get<0>(connected)) std::rethrow_exception(wrong);
  auto const shown = co_await (outcome_of(show_all()) || pump_.run());
  if (auto const wrong = std::get<0>(shown)) std::rethrow_exception(wrong);
  co_await feed_.close();
  co_return exit_code::interrupted;
}

asio::awaitable<void> event_stream::show_all() {
  while (!interrupt_asked_) {
    while (auto const update = pump_.take()) show_.event(*update, clock::now());
    if (auto const lost = pump_.failure()) std::rethrow_exception(lost);
    co_await pump_.wait(clock::time_point::max());
  }
}

asio::awaitable<void> event_stream::wait_for_interrupt() {
  error_code ignored;
  while (!interrupt_asked_)
    co_await interrupted_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

bool event_stream::interrupt() {
  interrupt_asked_ = true;
  interrupted_.cancel();
  pump_.wake();
  return true;
}

}  // namespace uploadproto::cli
