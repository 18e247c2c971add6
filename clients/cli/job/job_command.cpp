// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/job_command.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstdlib>
#include <exception>

#include "cli/http/tls.hpp"
#include "cli/job/job_run.hpp"
#include "cli/token_source.hpp"

namespace uploadproto::cli {
namespace {

namespace asio = boost::asio;

constexpr auto grace = std::chrono::seconds(2);

/** First asks the run to end, then ends the program: a user who presses Ctrl-C twice means it. A host name
   that is still being resolved cannot be told to stop; after a moment of grace it is left behind. */
class interrupts {
 public:
  interrupts(asio::io_context& context, job_run& run, display& show)
      : signals_(context, SIGINT, SIGTERM), late_(context), run_(run), show_(show) {
    wait();
  }

 private:
  void wait() {
    signals_.async_wait([this](error_code error, int) {
      if (error) return;
      if (asked_) leave();
      asked_ = true;
      if (run_.interrupt()) {
        late_.expires_after(grace);
        late_.async_wait([this](error_code cancelled) {
          if (!cancelled) leave();
        });
      }
      wait();
    });
  }

  [[noreturn]] void leave() {
    show_.failed(exit_code::interrupted, "interrupted");
    std::quick_exit(static_cast<int>(exit_code::interrupted));
  }

  asio::signal_set signals_;
  asio::steady_timer late_;
  job_run& run_;
  display& show_;
  bool asked_ = false;
};

}  // namespace

exit_code run_job_command(job_command const& what, display& show) {
  auto const token = make_token_source(what.token);
  auto const tls = make_tls_context(what.ca_file);
  asio::io_context context(1);
  job_run* running = nullptr;
  auto const notice = [&](std::string const& sentence) {
    if (running) running->notice(sentence);
  };
  auto const feed =
      make_job_feed(*what.protocol, context.get_executor(), {what.server, tls, token, what.timeout, notice});
  http_client http({what.server, tls, token, what.timeout});
  job_run run(context.get_executor(), what, show, *feed, http, {});
  running = &run;
  interrupts signals(context, run, show);

  exit_code code = exit_code::completed;
  std::exception_ptr wrong;
  asio::co_spawn(context, run.run(), [&](std::exception_ptr e, exit_code c) {
    wrong = e;
    code = c;
    context.stop();
  });
  context.run();
  if (wrong) std::rethrow_exception(wrong);
  return code;
}

}  // namespace uploadproto::cli
