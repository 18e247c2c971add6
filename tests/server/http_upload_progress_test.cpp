// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// UP-H1 to UP-H3 and UP-A3 over HTTP, with the real service behind them and a stand-in for the sockets' side.
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>
#include <condition_variable>
#include <map>
#include <mutex>

#include "form_text.hpp"
#include "http/upload_progress_routes.hpp"
#include "http_fixture.hpp"
#include "temporary_directory.hpp"

using namespace uploadproto::reference;
using namespace uploadproto::reference::test;

namespace {

std::string const id = "0a0a0a0a-1b1b-4c2c-8d3d-4e4e4e4e4e4e";
std::string const rows = "Date,Description,Amount\n2024-01-31,SALARY,100.00\n";

struct fixture : http_fixture {
  temporary_directory directory;
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::string, upload_progress_event> ends;
  std::string claimed_by_another;
  std::unique_ptr<upload_progress_service> service;

  void serve(std::uint64_t max_bytes = 1000, std::uint64_t max_waiting = 20) {
    upload_progress_options options{.data_directory = directory / "data"};
    options.max_waiting_of_user = max_waiting;
    service = std::make_unique<upload_progress_service>(
        std::move(options), [this](std::string const&, upload_progress_event const& event) {
          if (event.status == "processing") return;
          std::lock_guard lock(mutex);
          ends[event.batch_id] = event;
          changed.notify_all();
        });
    site.errors = http::error_detail;
    http::add_upload_progress_routes(
        site.routes, *service,
        {.take = [this](std::string const& batch, std::string const&) { return batch != claimed_by_another; },
         .issue_ticket = [](std::string const& user) { return "ticket-of-" + user; },
         .stats =
             [] {
               return boost::json::object{{"total_connections", 7}};
             }},
        max_bytes, pool);
    start();
  }
  ~fixture() {
    if (service) service->stop();
  }

  upload_progress_event end_of(std::string const& batch) {
    std::unique_lock lock(mutex);
    BOOST_TEST_REQUIRE(
        changed.wait_for(lock, std::chrono::seconds(30), [&] { return ends.contains(batch); }));
    return ends.at(batch);
  }
  bool has_ended(std::string const& batch) {
    std::lock_guard lock(mutex);
    return ends.contains(batch);
  }

  static std::string as(std::string const& user) {
    return "Authorization: Bearer " + token_for(user) + "\r\n";
  }
  http_response ask_as(std::string const& user, std::string const& line) const {
    return ask(line + " HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n" + as(user) + "\r\n");
  }
  static std::string form(std::string const& batch, std::string const& name = "june.csv",
                          std::string const& contents = rows) {
    return (batch.empty() ? "" : form_part("name=\"batch_id\"", batch)) + form_file(contents, name);
  }
  http_response upload(std::string const& body, std::string const& query = {},
                       std::string const& user = "ann") const {
    return ask(upload_request("/api/v1/upload/csv" + query, body, as(user)));
  }

  static void is_error(http_response const& answer, unsigned status, std::string const& code) {
    BOOST_TEST(answer.result_int() == status, answer.body());
    auto const body = body_of(answer).as_object();
    BOOST_TEST(body.size() == 1u);
    BOOST_TEST(body.at("detail").at("code").as_string() == code);
    BOOST_TEST(!body.at("detail").at("message").as_string().empty());
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(server_http_upload_progress, fixture)

BOOST_AUTO_TEST_CASE(a_file_goes_in_and_its_course_comes_out) {
  serve();
  auto const answer = upload(form(id));
  BOOST_TEST(answer.result_int() == 202u, answer.body());
  auto const body = body_of(answer).as_object();
  BOOST_TEST(body.at("batch_id").as_string() == id);
  BOOST_TEST(body.at("status").as_string() == "processing");
  BOOST_TEST(!body.at("message").as_string().empty());
  auto const waiting = body_of(ask_as("ann", "GET /api/v1/upload/status/" + id)).as_object();
  BOOST_TEST(waiting.at("status").as_string() == "processing");
  BOOST_TEST(waiting.at("queue_position").to_number<int>() == 1);

  service->start();
  BOOST_TEST(end_of(id).status == "completed");
  service->stop();
  auto const done = body_of(ask_as("ann", "GET /api/v1/upload/status/" + id)).as_object();
  BOOST_TEST(done.at("status").as_string() == "completed");
  BOOST_TEST(done.at("progress").to_number<int>() == 100);
  BOOST_TEST(done.at("stored").to_number<int>() == 1);
  auto const history = body_of(ask_as("ann", "GET /api/v1/upload/history/" + id)).at("events").as_array();
  BOOST_TEST(history.size() >= 6u);
  BOOST_TEST(history.front().at("stage").as_string() == "validation");
  BOOST_TEST(history.back().at("status").as_string() == "completed");
  is_error(ask_as("ann", "DELETE /api/v1/upload/" + id), 409, "already_ended");
}

BOOST_AUTO_TEST_CASE(the_id_may_stand_in_form_or_query_or_be_made) {
  serve();
  BOOST_TEST(body_of(upload(form({}), "?batch_id=" + id)).at("batch_id").as_string() == id);
  auto const made = std::string(body_of(upload(form({}))).at("batch_id").as_string());
  BOOST_TEST(made.size() == 36u);
  BOOST_TEST(made[14] == '4');
  BOOST_TEST(ask_as("ann", "GET /api/v1/upload/status/" + made).result_int() == 200u);
  is_error(upload(form(id), "?batch_id=" + made), 409, "batch_id_used");
  std::string other = id;
  other[0] = 'f';
  is_error(upload(form(id), "?batch_id=" + other), 400, "invalid_batch_id");
}

BOOST_AUTO_TEST_CASE(ids_that_are_no_good) {
  serve(1000, 2);
  claimed_by_another = "ffffffff-1b1b-4c2c-8d3d-4e4e4e4e4e4e";
  for (std::string const bad : {"no-uuid", "0a0a0a0a1b1b4c2c8d3d4e4e4e4e4e4e", "../../etc/passwd"})
    is_error(upload(form(bad)), 400, "invalid_batch_id");
  is_error(upload(form({}), "?batch_id="), 400, "invalid_batch_id");
  is_error(upload(form(claimed_by_another)), 403, "not_your_batch");
  BOOST_TEST(upload(form(id)).result_int() == 202u);
  is_error(upload(form(id)), 409, "batch_id_used");
  is_error(upload(form(id), {}, "ben"), 403, "not_your_batch");
  is_error(ask_as("ben", "GET /api/v1/upload/status/" + id), 404, "not_found");
  is_error(ask_as("ben", "GET /api/v1/upload/history/" + id), 404, "not_found");
  is_error(ask_as("ben", "DELETE /api/v1/upload/" + id), 404, "not_found");
  BOOST_TEST(upload(form({})).result_int() == 202u);
  is_error(upload(form({})), 429, "too_many_uploads");
  BOOST_TEST(!has_ended(id));
}

// UP-L3: the socket hears of it, and the id is used up.
BOOST_AUTO_TEST_CASE(refusals_of_a_file_end_its_batch) {
  serve(100);
  struct {
    std::string body;
    unsigned status;
    std::string code;
  } const table[] = {
      {form({}, "june.csv", std::string(200, 'x')), 413, "file_too_large"},
      {form({}, "june.xlsx"), 415, "unsupported_file_type"},
      {form_part("name=\"other\"", "x") + "--XX--\r\n", 400, "missing_file"},
      {"no form", 400, "invalid_multipart"},
  };
  int number = 0;
  for (auto const& [body, status, code] : table) {
    std::string batch = id;
    batch[0] = static_cast<char>('1' + number++);
    is_error(upload(body, "?batch_id=" + batch), status, code);
    auto const end = end_of(batch);
    BOOST_TEST(end.status == "error");
    BOOST_TEST(end.stage == "validation");
    BOOST_TEST(!end.error->empty());
    is_error(upload(form(batch)), 409, "batch_id_used");
  }
  is_error(upload(form(id, "big.csv", std::string(200, 'x'))), 413, "file_too_large");
  BOOST_TEST(end_of(id).status == "error");
  is_error(upload(form({}, "big.csv", std::string(200, 'x'))), 413, "file_too_large");
}

BOOST_AUTO_TEST_CASE(a_batch_is_cancelled) {
  serve();
  BOOST_TEST(upload(form(id)).result_int() == 202u);
  auto const answer = ask_as("ann", "DELETE /api/v1/upload/" + id);
  BOOST_TEST(answer.result_int() == 200u);
  BOOST_TEST(body_of(answer).at("status").as_string() == "error");
  BOOST_TEST(end_of(id).error.value() == "Cancelled by user");
}

BOOST_AUTO_TEST_CASE(tickets_and_the_managers_status) {
  serve();
  auto const ticket = body_of(ask_as("ann", "POST /api/v1/auth/websocket-token")).as_object();
  BOOST_TEST(ticket.at("websocket_token").as_string() == "ticket-of-ann");
  BOOST_TEST(ticket.at("expires_in").to_number<int>() == 300);
  BOOST_TEST(ticket.at("token_type").as_string() == "websocket");
  auto const status = body_of(ask(get("/api/v1/websocket/status"))).as_object();
  BOOST_TEST(status.at("websocket_enabled").as_bool());
  BOOST_TEST(status.at("manager_stats").at("total_connections").to_number<int>() == 7);
  BOOST_TEST(status.at("limits").at("max_connections_per_user").to_number<int>() == 5);
}

BOOST_AUTO_TEST_CASE(nobody_comes_in_without_a_token) {
  serve();
  auto const nobody = [&](std::string const& line) {
    return ask(line + " HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n");
  };
  for (std::string const line :
       {"POST /api/v1/upload/csv", "POST /api/v1/auth/websocket-token", "GET /api/v1/upload/status/x",
        "GET /api/v1/upload/history/x", "DELETE /api/v1/upload/x"})
    is_error(nobody(line), 401, "unauthorized");
  is_error(nobody("GET /nowhere"), 404, "not_found");
  is_error(nobody("GET /api/v1/upload/csv/x/y"), 404, "not_found");
}

BOOST_AUTO_TEST_SUITE_END()
