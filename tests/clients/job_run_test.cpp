// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/job_run.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <uploadproto/contract/bulk_upload.hpp>

#include "cli/exit_code.hpp"
#include "cli/http/tls.hpp"
#include "cli/job/protocols.hpp"
#include "scripted_server.hpp"

namespace {

using namespace uploadproto::cli;
using namespace std::chrono_literals;
namespace asio = boost::asio;
using uploadproto::contract::bulk_upload;
using uploadproto::contract::event_kind;

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

 private:
  asio::steady_timer come_;
};

job_update progress(std::string stage, double value, std::string message = "", std::string job = "job-1") {
  job_update update;
  update.kind = event_kind::progress;
  update.job_id = std::move(job);
  update.stage = std::move(stage);
  update.progress = value;
  update.message = std::move(message);
  return update;
}

job_update ending(event_kind kind, std::string job = "job-1") {
  job_update update;
  update.kind = kind;
  update.job_id = std::move(job);
  if (kind == event_kind::completed) update.report = "/api/v1/bulk-upload/report/job-1";
  return update;
}

struct fixture {
  asio::io_context context;
  recording_display show;
  scripted_feed feed{context};
  std::map<std::string, std::string> answers;  // by the beginning of the request
  std::vector<std::string> requests;
  std::function<void(std::string const&)> when_requested = [](std::string const&) {};
  bool hold_after_answer = false;
  scripted_server server{context, [this](auto& peer, std::string head) { return serve(peer, head); }};
  job_command what;
  job_run::patience waits{1h, 1h, 1h};
  std::optional<job_run> run_;
  std::filesystem::path folder;

  fixture() {
    char name[] = "/tmp/uploadproto-XXXXXX";
    folder = ::mkdtemp(name);
    what.protocol = find_protocol("bulk_upload");
    what.server = server.url();
    what.job_id = "job-1";
    what.timeout = 10s;
  }
  ~fixture() { std::filesystem::remove_all(folder); }

  asio::awaitable<void> serve(scripted_server::socket& peer, std::string head) {
    co_await read_body(peer, head);
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

BOOST_FIXTURE_TEST_SUITE(clients_job_run, fixture)

BOOST_AUTO_TEST_CASE(an_upload_is_followed_to_its_end) {
  upload_a_file();
  feed.push(
      progress("initialization", 0));  // comes before the answer to the upload, by the user's room (BU-R1)
  feed.when_subscribed = [&] {
    feed.push(progress("initialization", 0));  // the snapshot (CO-10)
    feed.push(progress("file_reading", 15));
    feed.push(progress("file_reading", 20, "", "job-of-another-window"));
    feed.push(progress("file_reading", 12));  // backwards (CO-12)
    feed.push(ending(event_kind::completed));
  };
  BOOST_TEST(run() == "0");
  BOOST_TEST(show.text() == "upload\naccepted job-1\ninitialization 0\nfile_reading 15\nend 0 job-1\n");
  BOOST_TEST(feed.subscribed == std::vector<std::string>{"job-1"}, boost::test_tools::per_element());
  BOOST_TEST(feed.closed);
}

BOOST_AUTO_TEST_CASE(the_report_is_fetched) {
  what.report_file = folder / "report.xlsx";
  answers["GET /api/v1/bulk-upload/report/job-1"] = scripted_server::answer(200, "the report");
  feed.push(ending(event_kind::completed));
  BOOST_TEST(run() == "0");
  std::ifstream in(what.report_file);
  BOOST_TEST(std::string(std::istreambuf_iterator<char>(in), {}) == "the report");
  BOOST_TEST(show.log.back() == "saved");
}

BOOST_AUTO_TEST_CASE(the_token_is_not_taken_to_another_server_for_a_report) {
  what.report_file = folder / "report.xlsx";
  answers["GET /api/v1/bulk-upload/report/job-1"] = scripted_server::answer(200, "the report");
  for (char const* elsewhere : {"http://evil.example/r", "//evil.example/r", "not a path"}) {
    job_update end = ending(event_kind::completed);
    end.report = elsewhere;
    feed.push(end);
    context.restart();
    BOOST_TEST(run() == "0");
    BOOST_TEST(requests.back() == "GET /api/v1/bulk-upload/report/job-1");
  }
}

BOOST_AUTO_TEST_CASE(a_report_that_is_refused_leaves_no_file) {
  what.report_file = folder / "report.xlsx";
  feed.push(ending(event_kind::completed));
  BOOST_TEST(run() == "4 the job completed, but its report is not given: HTTP 404 Not Found");
  BOOST_TEST(std::filesystem::is_empty(folder));
}

BOOST_AUTO_TEST_CASE(a_job_that_fails_is_exit_1) {
  feed.push(ending(event_kind::failed));
  BOOST_TEST(run() == "1");
  BOOST_TEST(show.log.back() == "end 1 ");
}

BOOST_AUTO_TEST_CASE(a_refused_connection_comes_before_the_upload) {
  upload_a_file();
  feed.connect_failure.emplace(exit_code::refused, "Authentication token required");
  BOOST_TEST(run() == "4 Authentication token required");
  BOOST_TEST(requests.empty());
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_used_are_told_before_anything_is_sent) {
  upload_a_file();
  what.file = folder / "missing.xlsx";
  feed.connect_failure.emplace(exit_code::refused, "too late");
  BOOST_TEST(run() == "2 there is no file " + what.file.string());
  upload_a_file();
  what.report_file = folder / "missing" / "report.xlsx";
  context.restart();
  BOOST_TEST(run().starts_with("2 cannot write "));
}

BOOST_AUTO_TEST_CASE(a_refused_file_is_told_in_the_servers_words) {
  upload_a_file();
  answers["POST /api/v1/bulk-upload/process"] =
      scripted_server::answer(415, R"({"success":false,"error":{"code":"x","message":"Only .xlsx files"}})");
  BOOST_TEST(run() == "4 the server refuses the file: Only .xlsx files");
}

BOOST_AUTO_TEST_CASE(an_answer_without_a_job_is_no_answer) {
  upload_a_file();
  for (char const* body : {"{}", "[]", "no JSON", R"({"data":{"job_id":7}})", R"({"data":{"job_id":""}})"}) {
    answers["POST /api/v1/bulk-upload/process"] = scripted_server::answer(202, body);
    context.restart();
    BOOST_TEST(run() == "3 the server's answer to the upload holds no job id", body);
  }
}

BOOST_AUTO_TEST_CASE(a_job_that_ended_long_ago_is_found_by_its_status) {
  waits.first_status = 1ms;  // a server without snapshots
  answers["GET /api/v1/bulk-upload/status/job-1"] = scripted_server::answer(
      200, R"({"data":{"job_id":"job-1","status":"completed","report_path":"/r/job-1"}})");
  BOOST_TEST(run() == "0");
  BOOST_TEST(show.text() == "accepted job-1\nend 0 job-1\n");
}

BOOST_AUTO_TEST_CASE(a_running_job_is_asked_about_until_it_speaks) {
  waits.first_status = waits.status = 1ms;
  answers["GET /api/v1/bulk-upload/status/job-1"] = scripted_server::answer(
      200, R"({"data":{"job_id":"job-1","status":"processing","stage":"file_reading","progress":12}})");
  when_requested = [&](std::string const&) {
    if (requests.size() == 3) feed.push(ending(event_kind::completed));
  };
  BOOST_TEST(run() == "0");
  BOOST_TEST(show.text() == "accepted job-1\nfile_reading 12\nend 0 job-1\n");
}

BOOST_AUTO_TEST_CASE(a_job_that_is_not_there_is_refused) {
  waits.first_status = 1ms;
  BOOST_TEST(run() == "4 the server does not show the job job-1: HTTP 404 Not Found");
}

BOOST_AUTO_TEST_CASE(a_subscription_that_is_refused_is_told) {
  feed.subscribe_failure.emplace(exit_code::refused, "not yours");
  BOOST_TEST(run() == "4 not yours");
}

BOOST_AUTO_TEST_CASE(a_feed_that_breaks_off_leaves_the_last_word_to_the_status) {
  feed.break_off(failure(exit_code::cannot_connect, "gone"));
  answers["GET /api/v1/bulk-upload/status/job-1"] =
      scripted_server::answer(200, R"({"data":{"job_id":"job-1","status":"failed","error":"no rows"}})");
  BOOST_TEST(run() == "1");
}

BOOST_AUTO_TEST_CASE(a_feed_that_breaks_off_for_good_is_exit_3) {
  feed.break_off(failure(exit_code::cannot_connect, "gone"));
  answers["GET /api/v1/bulk-upload/status/job-1"] = scripted_server::answer(502, "");
  BOOST_TEST(run() == "3 gone");
}

BOOST_AUTO_TEST_CASE(a_connection_that_stays_away_is_given_up) {
  what.timeout = 1ms;
  feed.lost = std::chrono::steady_clock::now() - 1s;
  answers["GET /api/v1/bulk-upload/status/job-1"] = scripted_server::answer(502, "");
  BOOST_TEST(run().starts_with("3 the connection to http://127.0.0.1:"));
}

BOOST_AUTO_TEST_CASE(ctrl_c_leaves_the_job_alone_and_says_how_to_watch_it) {
  feed.when_subscribed = [&] { asio::post(context, [&] { run_->interrupt(); }); };
  BOOST_TEST(run() ==
             "130 the job goes on; to watch it: uploadproto watch job-1 --protocol bulk_upload --server " +
                 what.server.text());
}

BOOST_AUTO_TEST_CASE(ctrl_c_during_the_upload_ends_it) {
  upload_a_file();
  when_requested = [&](std::string const&) { run_->interrupt(); };
  answers["POST /api/v1/bulk-upload/process"] = "";  // no answer comes
  BOOST_TEST(run() == "130 interrupted before the server took the file");
}

BOOST_AUTO_TEST_CASE(ctrl_c_does_not_wait_for_a_slow_answer) {
  waits.first_status = 1ms;
  what.timeout = 1h;
  answers["GET /api/v1/bulk-upload/status/job-1"] = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
  hold_after_answer = true;
  when_requested = [&](std::string const&) { BOOST_TEST(run_->interrupt()); };
  BOOST_TEST(run().starts_with("130 the job goes on"));
}

BOOST_AUTO_TEST_CASE(ctrl_c_during_the_report_leaves_no_file) {
  what.report_file = folder / "report.xlsx";
  answers["GET /api/v1/bulk-upload/report/job-1"] = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf";
  hold_after_answer = true;
  when_requested = [&](std::string const&) { run_->interrupt(); };
  feed.push(ending(event_kind::completed));
  BOOST_TEST(run() == "130 the job completed; its report was not saved");
  BOOST_TEST(std::filesystem::is_empty(folder));
}

BOOST_AUTO_TEST_CASE(BU_H4_ctrl_c_cancels_when_asked_to) {
  what.cancel_on_interrupt = true;
  answers["POST /api/v1/bulk-upload/cancel/job-1"] = scripted_server::answer(200, "{}");
  feed.when_subscribed = [&] { asio::post(context, [&] { run_->interrupt(); }); };
  when_requested = [&](std::string const&) { feed.push(ending(event_kind::failed)); };
  BOOST_TEST(run() == "130");
  BOOST_TEST(requests == std::vector<std::string>{"POST /api/v1/bulk-upload/cancel/job-1"},
             boost::test_tools::per_element());
  BOOST_TEST(show.log.back() == "end 130 ");
}

BOOST_AUTO_TEST_CASE(a_job_that_completes_while_it_is_cancelled_has_completed) {
  what.cancel_on_interrupt = true;
  answers["POST /api/v1/bulk-upload/cancel/job-1"] = scripted_server::answer(409, "{}");
  feed.when_subscribed = [&] { asio::post(context, [&] { run_->interrupt(); }); };
  when_requested = [&](std::string const&) { feed.push(ending(event_kind::completed)); };
  BOOST_TEST(run() == "0");
}

BOOST_AUTO_TEST_CASE(a_cancellation_that_nobody_confirms_is_waited_for_no_longer_than_so) {
  what.cancel_on_interrupt = true;
  waits.cancelled = 20ms;
  answers["POST /api/v1/bulk-upload/cancel/job-1"] = scripted_server::answer(200, "{}");
  feed.when_subscribed = [&] { asio::post(context, [&] { run_->interrupt(); }); };
  BOOST_TEST(run() == "130 the job job-1 was asked to stop and has not said that it did");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
