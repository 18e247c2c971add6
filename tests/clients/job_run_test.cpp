// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/job_report.hpp"
#include "job_run_fixture.hpp"

namespace uploadproto::cli::test {
namespace {

BOOST_FIXTURE_TEST_SUITE(clients_job_run, job_run_fixture)

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

BOOST_AUTO_TEST_CASE(CE_H3_what_ended_during_a_cut_is_asked_for_when_the_connection_is_back) {
  what.protocol = find_protocol("consumer_events");
  auto const list = [&](std::string const& status) {
    answers["GET /producers/uploads/job-1"] = scripted_server::answer(
        200, R"({"batchCount":1,"batches":[{"logId":"l-1","batchIndex":0,"status":")" + status + R"("}]})");
  };
  list("PROCESSING");
  when_requested = [&](std::string const&) {
    if (requests.size() != 1) return;
    asio::post(context, [&] {
      list("PROCESSED");
      feed.came_back = 1;
    });
  };
  BOOST_TEST(run() == "0");
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

BOOST_AUTO_TEST_CASE(what_is_said_to_type_names_who_watches_and_is_safe_to_type) {
  what.job_id = "job 1; rm x'y";
  auto const typed = [&](token_choice const& who) {
    what.token = who;
    auto const text = watch_command(what, what.job_id);
    return text.substr(text.find("--server ") + 9 + what.server.text().size());
  };
  BOOST_TEST(watch_command(what, what.job_id)
                 .starts_with(R"(uploadproto watch 'job 1; rm x'\''y' --protocol bulk_upload --server )"));
  BOOST_TEST(typed({"", "", "", ""}) == "");
  BOOST_TEST(typed({"", "", "ann lee", "s/jwt"}) == " --user 'ann lee' --secret-file s/jwt");
  BOOST_TEST(typed({"", "t", "", ""}) == " --token-file t");
  BOOST_TEST(typed({"e.y.J", "", "", ""}) == " --token …");
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
}  // namespace uploadproto::cli::test
