// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// BU-H1 to BU-H8 over HTTP, with the real service behind them.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "form_text.hpp"
#include "http/bulk_upload_routes.hpp"
#include "http_fixture.hpp"
#include "service_fixture.hpp"

using namespace uploadproto::reference;
using namespace uploadproto::reference::test;

namespace {

std::string const base = "/api/v1/bulk-upload";

struct fixture : http_fixture {
  service_fixture jobs;

  /** Opens the service and the routes over it. */
  void serve(scripted_register::script how = all_registered, std::uint64_t max_pages = 0) {
    jobs.open(std::move(how), false, 100, max_pages);
    http::add_bulk_upload_routes(site.routes, *jobs.service, {}, pool);
    start();
  }
  ~fixture() {
    if (jobs.service) jobs.service->stop();
  }

  static std::string as(std::string const& user) {
    return "Authorization: Bearer " + token_for(user) + "\r\n";
  }

  http_response get_as(std::string const& user, std::string const& path) const {
    return ask(get(base + path, as(user)));
  }
  http_response post_as(std::string const& user, std::string const& path) const {
    return ask("POST " + base + path + " HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n" + as(user) +
               "\r\n");
  }
  http_response upload_as(std::string const& user, std::string const& contents) const {
    return ask(upload_request(base + "/process", form_file(contents, "members.xlsx"), as(user)));
  }
  std::string accepted_job(std::string const& user, std::string const& contents) const {
    auto const answer = upload_as(user, contents);
    BOOST_TEST_REQUIRE(answer.result_int() == 202u);
    return std::string{body_of(answer).at("data").at("job_id").as_string()};
  }

  std::string workbook() {
    write_workbook(jobs.directory / "made.xlsx", {{"ID Number", "Name"}, {"8001015009087", "Ann"}});
    std::ifstream in{jobs.directory / "made.xlsx", std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

  static void is_error(http_response const& answer, unsigned status, std::string const& code) {
    BOOST_TEST(answer.result_int() == status);
    auto const body = body_of(answer);
    BOOST_TEST(!body.at("success").as_bool());
    BOOST_TEST(body.at("error").at("code").as_string() == code);
    BOOST_TEST(!body.at("error").at("message").as_string().empty());
    BOOST_TEST(!body.at("timestamp").as_string().empty());
  }

  void wait_for_end(std::string const& job) {
    jobs.events.wait(job, [](bulk_upload_event const& e) {
      return uploadproto::contract::kind_of(e) != uploadproto::contract::event_kind::progress;
    });
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(server_http_bulk_upload, fixture)

BOOST_AUTO_TEST_CASE(a_workbook_goes_in_and_its_report_comes_out) {
  serve();
  auto const answer = upload_as("ann", workbook());
  BOOST_TEST(answer.result_int() == 202u);
  auto const data = body_of(answer).at("data").as_object();
  std::string const job{data.at("job_id").as_string()};
  BOOST_TEST(job.starts_with("job-"));
  BOOST_TEST(data.at("status").as_string() == "pending");
  BOOST_TEST(data.at("file_name").as_string() == "members.xlsx");
  BOOST_TEST(data.at("queue_position").to_number<int>() == 1);

  auto const waiting = body_of(get_as("ann", "/status/" + job)).at("data").as_object();
  BOOST_TEST(waiting.at("status").as_string() == "pending");
  BOOST_TEST(!waiting.contains("error"));
  BOOST_TEST(!waiting.contains("report_path"));
  is_error(get_as("ann", "/report/" + job), 404, "no_report");

  jobs.service->start();
  wait_for_end(job);
  auto const done = body_of(get_as("ann", "/status/" + job)).at("data").as_object();
  BOOST_TEST(done.at("status").as_string() == "completed");
  BOOST_TEST(done.at("progress").to_number<double>() == 100.0);
  BOOST_TEST(done.at("validation_stats").at("total_records").to_number<int>() == 1);
  BOOST_TEST(done.at("database_stats").at("inserts").to_number<int>() == 1);
  std::string const report_path{done.at("report_path").as_string()};
  auto const report = ask(get(report_path, as("ann")));
  BOOST_TEST(report.result_int() == 200u);
  BOOST_TEST(header(report, "Content-Type") ==
             "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
  BOOST_TEST(header(report, "Content-Disposition") == "attachment; filename=\"report-" + job + ".xlsx\"");
  BOOST_TEST(report.body().starts_with("PK"));
  auto const head = ask("HEAD " + report_path + " HTTP/1.1\r\nHost: test\r\n" + as("ann") + "\r\n");
  BOOST_TEST(header(head, "Content-Length") == std::to_string(report.body().size()));
}

BOOST_AUTO_TEST_CASE(nothing_is_done_without_a_token) {
  serve();
  for (auto const* request : {"GET /status/x", "GET /report/x", "GET /history", "GET /queue/stats",
                              "GET /queue/jobs", "POST /process", "POST /cancel/x", "POST /queue/retry/x"}) {
    std::string const text{request};
    auto const space = text.find(' ');
    is_error(ask(text.substr(0, space + 1) + base + text.substr(space + 1) +
                 " HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n"),
             401, "unauthorized");
  }
}

BOOST_AUTO_TEST_CASE(another_users_job_does_not_exist) {
  serve();
  auto const job = accepted_job("ann", workbook());
  for (auto const* path : {"/status/", "/report/"}) is_error(get_as("bob", path + job), 404, "not_found");
  for (auto const* path : {"/cancel/", "/queue/retry/"})
    is_error(post_as("bob", path + job), 404, "not_found");
  BOOST_TEST(body_of(get_as("bob", "/history")).at("data").at("total").to_number<int>() == 0);
  BOOST_TEST(body_of(get_as("bob", "/queue/stats")).at("data").at("total").to_number<int>() == 0);
  BOOST_TEST(body_of(get_as("bob", "/queue/jobs")).at("data").at("jobs").as_array().empty());
  BOOST_TEST(body_of(get_as("ann", "/status/" + job)).at("data").at("status").as_string() == "pending");
  is_error(get_as("ann", "/status/job-1-1"), 404, "not_found");
}

BOOST_AUTO_TEST_CASE(jobs_are_cancelled_once_and_retried) {
  serve();
  auto const job = accepted_job("ann", workbook());
  is_error(post_as("ann", "/queue/retry/" + job), 409, "not_retryable");
  auto const cancelled = post_as("ann", "/cancel/" + job);
  BOOST_TEST(cancelled.result_int() == 200u);
  BOOST_TEST(body_of(cancelled).at("data").at("status").as_string() == "cancelled");
  BOOST_TEST(body_of(cancelled).at("data").at("error").as_string() == "Cancelled by user");
  is_error(post_as("ann", "/cancel/" + job), 409, "already_ended");
  auto const retried = post_as("ann", "/queue/retry/" + job);
  BOOST_TEST(retried.result_int() == 200u);
  BOOST_TEST(body_of(retried).at("data").at("job_id").as_string() == job);
  BOOST_TEST(body_of(retried).at("data").at("status").as_string() == "pending");
}

BOOST_AUTO_TEST_CASE(files_that_are_no_longer_kept_are_said_to_be_so) {
  serve();
  jobs.service->start();
  auto const good = accepted_job("ann", workbook()), bad = accepted_job("ann", "no workbook");
  for (auto const& job : {good, bad}) wait_for_end(job);
  auto const later = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  BOOST_TEST(jobs.service->remove_expired(later + std::chrono::days(31)) == 2u);
  is_error(get_as("ann", "/report/" + good), 404, "report_expired");
  is_error(get_as("ben", "/report/" + good), 404, "not_found");
  is_error(post_as("ann", "/queue/retry/" + bad), 409, "file_expired");
  is_error(post_as("ann", "/queue/retry/" + good), 409, "not_retryable");
  is_error(get_as("ann", "/report/" + bad), 404, "no_report");
}

BOOST_AUTO_TEST_CASE(history_is_paged) {
  serve();
  for (int i = 0; i < 3; ++i) accepted_job("ann", workbook());
  auto const page = body_of(get_as("ann", "/history?page=2&limit=2")).at("data").as_object();
  BOOST_TEST(page.at("jobs").as_array().size() == 1u);
  BOOST_TEST(page.at("page").to_number<int>() == 2);
  BOOST_TEST(page.at("limit").to_number<int>() == 2);
  BOOST_TEST(page.at("total").to_number<int>() == 3);
  BOOST_TEST(page.at("pages").to_number<int>() == 2);
  BOOST_TEST(body_of(get_as("ann", "/queue/jobs?limit=2")).at("data").at("jobs").as_array().size() == 2u);
  BOOST_TEST(body_of(get_as("ann", "/queue/stats")).at("data").at("waiting").to_number<int>() == 3);
  for (auto const* query :
       {"page=0", "page=-1", "page=x", "page=", "limit=1.5", "limit=99999999999999999999"})
    is_error(get_as("ann", std::string{"/history?"} + query), 400, "invalid_parameter");
}

BOOST_AUTO_TEST_CASE(a_full_database_refuses_the_upload_and_keeps_the_jobs) {
  serve(all_registered, 48);
  std::string const contents = workbook();
  std::vector<std::string> accepted;
  unsigned status = 202;
  for (int i = 0; i < 5000 && status == 202; ++i) {
    auto const answer = upload_as("ann", contents);
    status = answer.result_int();
    if (status == 202)
      accepted.emplace_back(body_of(answer).at("data").at("job_id").as_string());
    else
      is_error(answer, 503, "storage_full");
  }
  BOOST_TEST(status == 503u);
  BOOST_TEST_REQUIRE(!accepted.empty());
  BOOST_TEST(get_as("ann", "/status/" + accepted.back()).result_int() == 200u);
  auto const uploads = std::filesystem::directory_iterator{jobs.service->uploads_directory()};
  BOOST_TEST(static_cast<std::size_t>(std::distance(uploads, {})) == accepted.size());
}

BOOST_AUTO_TEST_SUITE_END()
