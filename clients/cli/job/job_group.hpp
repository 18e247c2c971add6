// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_JOB_JOB_GROUP_HPP
#define UPLOADPROTO_CLI_JOB_JOB_GROUP_HPP

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <string>
#include <vector>

#include "cli/display/group_display.hpp"
#include "cli/job/job_run.hpp"

namespace uploadproto::cli {

/** Runs several jobs, some at a time, in their order. What becomes of one does not matter to the others. */
class job_group {
 public:
  /** @param parallel how many at a time, at least 1 */
  job_group(boost::asio::any_io_executor executor, std::size_t parallel);

  /** The references outlive the group. @param label what to call it in a sentence */
  void add(std::string label, job_run& run, display& show);

  /** @return how they ended together. Signature: nothing is thrown for a job that failed */
  boost::asio::awaitable<group_end> run();

  /** The user wants to leave: those that run are told so, those that wait are not begun.
      @return whether all are about to end */
  bool interrupt();

  /** Why jobs have not come to an end of their own, a sentence each, in the order in which it happened. */
  std::vector<std::string> const& problems() const noexcept { return problems_; }

 private:
  struct job {
    std::string label;
    job_run* run;
    display* show;
    bool running = false;
  };

  boost::asio::awaitable<void> lane();
  boost::asio::awaitable<exit_code> run_one(job&);
  exit_code give_up(job&, exit_code, std::string const& why);

  boost::asio::any_io_executor executor_;
  std::size_t parallel_, next_ = 0, lanes_ = 0;
  std::vector<job> jobs_;
  bool stopping_ = false;
  group_end end_;
  std::vector<std::string> problems_;
  boost::asio::steady_timer all_done_;
};

}  // namespace uploadproto::cli

#endif
