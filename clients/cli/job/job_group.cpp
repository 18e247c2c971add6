// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/job_group.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace uploadproto::cli {

namespace asio = boost::asio;

job_group::job_group(asio::any_io_executor executor, std::size_t parallel)
    : executor_(std::move(executor)),
      parallel_(parallel),
      all_done_(executor_, std::chrono::steady_clock::time_point::max()) {}

void job_group::add(std::string label, job_run& run, display& show) {
  jobs_.push_back({std::move(label), &run, &show});
}

asio::awaitable<group_end> job_group::run() {
  end_.jobs = jobs_.size();
  lanes_ = std::min(parallel_, jobs_.size());
  for (std::size_t i = lanes_; i != 0; --i) asio::co_spawn(executor_, lane(), asio::detached);
  error_code ignored;
  while (lanes_ != 0) co_await all_done_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  co_return end_;
}

/** Takes one job after the other. */
asio::awaitable<void> job_group::lane() {
  while (next_ != jobs_.size()) {
    exit_code const code = co_await run_one(jobs_[next_++]);
    end_.completed += code == exit_code::completed;
    end_.code = worse(end_.code, code);
  }
  if (--lanes_ == 0) all_done_.cancel();
}

asio::awaitable<exit_code> job_group::run_one(job& one) {
  if (stopping_) co_return give_up(one, exit_code::interrupted, "interrupted before it was sent");
  one.running = true;
  exit_code code = exit_code::cannot_connect;
  std::string why;
  try {
    code = co_await one.run->run();
  } catch (failure const& f) {
    code = f.code();
    why = f.what();
  } catch (std::exception const& e) {
    why = e.what();
  }
  one.running = false;
  co_return why.empty() ? code : give_up(one, code, why);
}

exit_code job_group::give_up(job& one, exit_code code, std::string const& why) {
  one.show->failed(code, why);
  problems_.push_back(one.label + ": " + why);
  return code;
}

bool job_group::interrupt() {
  stopping_ = true;
  bool ending = true;
  for (job& one : jobs_)
    if (one.running) ending = one.run->interrupt() && ending;
  return ending;
}

}  // namespace uploadproto::cli
