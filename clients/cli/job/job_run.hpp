// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_JOB_JOB_RUN_HPP
#define UPLOADPROTO_CLI_JOB_JOB_RUN_HPP

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <uploadproto/contract/stages.hpp>

#include "cli/command_line.hpp"
#include "cli/display/display.hpp"
#include "cli/http/http_client.hpp"
#include "cli/job/feed_pump.hpp"
#include "cli/job/job_start.hpp"
#include "cli/job/job_subject.hpp"

namespace uploadproto::cli {

/** Everything that `upload`, `watch` and `send` do, from the first connection to the saved report.

    The connection for events is made first, so that a refusal comes before the file is sent and no event is
    missed. When events stay away the job's status is asked for: a server need not repeat to late comers what
    it has said (CO-10). */
class job_run {
 public:
  /** How long to wait before asking; tests shorten them. */
  struct patience {
    std::chrono::milliseconds first_status{2000};  ///< silence after a connection was made
    std::chrono::milliseconds status{10000};       ///< silence later on
    std::chrono::milliseconds cancelled{15000};    ///< for the terminal event of a job that was cancelled
  };

  /** The references outlive the run. */
  job_run(boost::asio::any_io_executor executor, job_command const& what, display& show, job_feed& feed,
          http_client& http, patience waits);

  /** @throws failure when there is no end of the job to report, `exit_code::interrupted` included */
  boost::asio::awaitable<exit_code> run();

  /** What would fail in the end fails before anything is sent. @throws failure with `exit_code::usage` */
  void check_files() const;

  /** The user wants to leave: cancels the job or leaves it alone, as the command says.
      @return whether the run is about to end */
  bool interrupt();

  /** A sentence about the connection. */
  void notice(std::string const& sentence);

 private:
  boost::asio::awaitable<void> wait_for_interrupt();
  boost::asio::awaitable<void> begin();
  boost::asio::awaitable<void> follow();
  boost::asio::awaitable<time_point> catch_up();
  boost::asio::awaitable<void> ask_status_unless_interrupted();
  boost::asio::awaitable<void> ask_status();
  boost::asio::awaitable<void> cancel_job();
  boost::asio::awaitable<void> save_report();
  exit_code end_code() const;
  std::string whatever_goes_on() const;
  bool take_all();
  void take(job_update const&);
  void show_progress(job_update const&);
  void judge_stranger(http_answer const&);
  [[noreturn]] void leave() const;

  boost::asio::any_io_executor executor_;
  job_command const& command_;
  display& show_;
  job_feed& feed_;
  http_client& http_;
  patience waits_;

  job_start start_;
  feed_pump pump_;
  boost::asio::steady_timer interrupted_;
  bool interrupt_asked_ = false, cancelling_ = false, following_ = false, heard_ = false;
  int unknown_answers_ = 0;
  contract::progress_view view_;
  std::string last_message_;
  std::optional<job_update> terminal_;
  std::optional<time_point> cancel_deadline_;
};

}  // namespace uploadproto::cli

#endif
