// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_CLIENTS_JOB_RUN_FIXTURE_HPP
#define UPLOADPROTO_TESTS_CLIENTS_JOB_RUN_FIXTURE_HPP

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>

#include "cli/exit_code.hpp"
#include "cli/http/tls.hpp"
#include "cli/job/job_run.hpp"
#include "cli/job/protocols.hpp"
#include "scripted_server.hpp"

/** @file
    A run of the command line client between a display that writes down what it is told, a feed that a test
    fills and a server that says what a test tells it to. */
namespace uploadproto::cli::test {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using contract::event_kind;

/** Writes down what it is told. */
class recording_display final : public display {
 public:
  std::vector<std::string> log;

  void upload_began(std::string_view, std::uint64_t, time_point) override { log.push_back("upload"); }
  void upload_advanced(std::uint64_t, time_point) override {}
  void accepted(std::string_view job, time_point) override { log.push_back("accepted " + std::string(job)); }
  void updated(job_update const& u, time_point) override {
    log.push_back(u.stage + " " + std::to_string(static_cast<int>(u.progress.value_or(-1))) +
                  (u.message.empty() ? "" : " " + u.message));
  }
  void event(job_update const& u, time_point) override { log.push_back("event " + u.job_id); }
  void notice(std::string_view s, time_point) override { log.push_back("notice " + std::string(s)); }
  void ended(job_end const& e, time_point) override {
    log.push_back("end " + std::to_string(static_cast<int>(e.code)) + " " +
                  e.report_url.substr(e.report_url.rfind('/') + 1));
  }
  void report_saved(std::string_view, time_point) override { log.push_back("saved"); }
  void failed(exit_code, std::string_view) override {}

  std::string text() const {
    std::string all;
    for (std::string const& line : log) all += line + "\n";
    return all;
  }
};

/** A feed that a test fills. */
class scripted_feed final : public job_feed {
 public:
  explicit scripted_feed(asio::io_context& context)
      : come_(context, std::chrono::steady_clock::time_point::max()) {}

  std::deque<job_update> events;
  std::optional<failure> connect_failure, subscribe_failure, end;
  std::function<void()> when_subscribed = [] {};
  std::optional<std::chrono::steady_clock::time_point> lost;
  std::uint64_t came_back = 0;
  std::vector<std::string> subscribed;
  bool closed = false;

  void push(job_update update) {
    events.push_back(std::move(update));
    come_.cancel();
  }
  void break_off(failure why) {
    end = why;
    come_.cancel();
  }

  asio::awaitable<void> connect() override {
    if (connect_failure) throw *connect_failure;
    co_return;
  }
  asio::awaitable<void> subscribe(std::string job) override {
    if (subscribe_failure) throw *subscribe_failure;
    subscribed.push_back(job);
    when_subscribed();
    co_return;
  }
  void unsubscribe(std::string const& job) override { std::erase(subscribed, job); }
  asio::awaitable<job_update> next() override {
    while (events.empty() && !end) {
      boost::system::error_code ignored;
      co_await come_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
      auto const cancelled = (co_await asio::this_coro::cancellation_state).cancelled();
      if (cancelled != asio::cancellation_type::none) throw failure(exit_code::cannot_connect, "cancelled");
    }
    if (events.empty()) throw *end;
    job_update update = events.front();
    events.pop_front();
    co_return update;
  }
  asio::awaitable<void> close() override {
    closed = true;
    co_return;
  }
  std::optional<std::chrono::steady_clock::time_point> lost_since() const override { return lost; }
  std::uint64_t returns() const override { return came_back; }

 private:
  asio::steady_timer come_;
};

inline job_update progress(std::string stage, double value, std::string message = "",
                           std::string job = "job-1") {
  job_update update;
  update.kind = event_kind::progress;
  update.job_id = std::move(job);
  update.stage = std::move(stage);
  update.progress = value;
  update.message = std::move(message);
  return update;
}

inline job_update ending(event_kind kind, std::string job = "job-1") {
  job_update update;
  update.kind = kind;
  update.job_id = std::move(job);
  if (kind == event_kind::completed) update.report = "/api/v1/bulk-upload/report/job-1";
  return update;
}

struct job_run_fixture {
  asio::io_context context;
  recording_display show;
  scripted_feed feed{context};
  std::map<std::string, std::string> answers;  // by the beginning of the request
  std::vector<std::string> requests, bodies;
  std::function<void(std::string const&)> when_requested = [](std::string const&) {};
  bool hold_after_answer = false;
  scripted_server server{context, [this](auto& peer, std::string head) { return serve(peer, head); }};
  job_command what;
  job_run::patience waits{1h, 1h, 1h};
  std::optional<job_run> run_;
  std::filesystem::path folder;

  job_run_fixture() {
    char name[] = "/tmp/uploadproto-XXXXXX";
    folder = ::mkdtemp(name);
    what.protocol = find_protocol("bulk_upload");
    what.server = what.upload_server = server.url();
    what.job_id = "job-1";
    what.timeout = 10s;
  }
  ~job_run_fixture() { std::filesystem::remove_all(folder); }

  asio::awaitable<void> serve(scripted_server::socket& peer, std::string head) {
    bodies.push_back(co_await read_body(peer, head));
    std::string const line = head.substr(0, head.find(" HTTP"));
    requests.push_back(line);
    when_requested(line);
    auto const at = answers.find(line);
    std::string text = scripted_server::answer(404, "{}");
    if (at != answers.end()) text = at->second;
    co_await say(peer, text);
    if (!hold_after_answer) co_return;
    asio::steady_timer hold(context, 1h);
    co_await hold.async_wait(asio::use_awaitable);
  }

  void upload_a_file() {
    what.job_id.clear();
    what.file = folder / "members.xlsx";
    std::ofstream(what.file) << "workbook";
    answers["POST /api/v1/bulk-upload/process"] =
        scripted_server::answer(202, R"({"data":{"job_id":"job-1"}})");
  }

  /** The exit code, or the code and sentence of the failure. */
  std::string run() {
    http_client http({what.server, make_tls_context({}), [] { return std::string("T"); }, 10s});
    run_.emplace(context.get_executor(), what, show, feed, http, waits);
    std::string outcome;
    asio::co_spawn(context, run_->run(), [&](std::exception_ptr e, exit_code code) {
      try {
        if (e) std::rethrow_exception(e);
        outcome = std::to_string(static_cast<int>(code));
      } catch (failure const& f) {
        outcome = std::to_string(static_cast<int>(f.code())) + " " + f.what();
      }
      context.stop();
    });
    context.run();
    return outcome;
  }
};

}  // namespace uploadproto::cli::test

#endif
