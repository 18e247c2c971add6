// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// CE-H1 to CE-H3 over HTTP, with the real service behind them.
#include <boost/test/unit_test.hpp>
#include <string>

#include "broker/open_broker.hpp"
#include "event_recorder.hpp"
#include "form_text.hpp"
#include "http/producer_routes.hpp"
#include "http_fixture.hpp"
#include "temporary_directory.hpp"

using namespace uploadproto;
using namespace uploadproto::reference;
using namespace uploadproto::reference::test;

namespace {

struct fixture : http_fixture {
  temporary_directory directory;
  event_recorder events;
  std::unique_ptr<consumer_events_service> service;

  /** @param kafka empty: the embedded broker */
  void serve(std::string const& kafka = {}) {
    consumer_events_options options;
    options.data_directory = directory.path();
    options.kafka_servers = kafka;
    service = std::make_unique<consumer_events_service>(options);
    service->start(events.sink());
    http::add_producer_routes(site.routes, *service, 100'000, pool);
    site.errors = http::producer_error;
    start();
  }

  http_response post(std::string const& path, std::string const& json) const {
    return ask("POST " + path +
               " HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: " +
               std::to_string(json.size()) + "\r\n\r\n" + json);
  }
  http_response upload(std::string const& csv, std::string const& path = "/producers/upload/csv") const {
    return ask(upload_request(path, form_file(csv, "orders.csv")));
  }
  static boost::json::value refusal(http_response const& answer, unsigned status, std::string const& code) {
    BOOST_TEST(answer.result_int() == status, answer.body());
    auto body = body_of(answer);
    BOOST_TEST(body.at("status").as_string() == "error");
    BOOST_TEST(body.at("code").as_string() == code, answer.body());
    BOOST_TEST(!body.at("message").as_string().empty());
    return body;
  }
  static std::string text(boost::json::value const& in, char const* name) {
    return std::string{in.at(name).as_string()};
  }
};

std::string const good_order =
    R"({"orderNumber":"TEST-001","productName":"Test Product","quantity":10,"price":100})";
std::string const columns = "orderNumber,productName,quantity,price\n";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(server_producers, fixture)

BOOST_AUTO_TEST_CASE(the_documents_order_is_taken_on_both_paths) {
  serve();
  for (auto const* path : {"/producers/send/single", "/api/producers/send/single"}) {
    auto const answer = post(path, good_order);
    BOOST_TEST(answer.result_int() == 201u);
    auto const body = body_of(answer);
    BOOST_TEST(text(body, "status") == "success");
    BOOST_TEST(text(body, "topic") == "orders");
    auto const log_id = text(body, "logId");
    events.wait_for([&](auto const& e) {
      return contract::job_id_of(e) == log_id && contract::is_terminal(contract::kind_of(e));
    });
  }
}

BOOST_AUTO_TEST_CASE(a_bad_order_is_refused_with_all_that_is_wrong) {
  serve();
  auto const body =
      refusal(post("/producers/send/single", R"({"orderNumber":"","quantity":0})"), 400, "invalid_order");
  auto const& errors = body.at("errors").as_array();
  BOOST_TEST_REQUIRE(errors.size() == 4u);
  BOOST_TEST(text(errors[0], "field") == "orderNumber");
  BOOST_TEST(text(errors[2], "message") == "must be a whole number of at least 1, found 0");
  BOOST_TEST(text(errors[3], "message") == "is missing");
  refusal(post("/producers/send/single", "{\"orderNumber\":"), 400, "invalid_order");
  refusal(post("/producers/send/single", "[]"), 400, "invalid_order");
  refusal(post("/producers/send/single", std::string(70'000, ' ')), 413, "body_too_large");
  BOOST_TEST(body_of(post("/producers/send/single", good_order)).at("status").as_string() == "success");
  events.wait_for_ends(1);
  BOOST_TEST(events.of<contract::message_received>().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_file_is_taken_and_its_batches_can_be_followed) {
  serve();
  std::string csv = columns;
  for (int i = 0; i < 120; ++i) csv += std::to_string(i) + ",Pen," + (i == 110 ? "x" : "1") + ",0.5\n";
  auto const answer = upload(csv);
  BOOST_TEST(answer.result_int() == 202u);
  auto const body = body_of(answer);
  BOOST_TEST(body.at("batches").as_int64() == 2);
  BOOST_TEST(body.at("rows").as_int64() == 120);
  BOOST_TEST(text(body, "topic") == "orders");
  events.wait_for_ends(2);
  auto const job = text(body, "jobId");
  for (std::string const prefix : {"", "/api"}) {
    auto const upload_answer = ask(get(prefix + "/producers/uploads/" + job));
    BOOST_TEST(upload_answer.result_int() == 200u);
    auto const shown = body_of(upload_answer);
    BOOST_TEST(text(shown, "jobId") == job);
    BOOST_TEST(text(shown, "fileName") == "orders.csv");
    BOOST_TEST(text(shown, "status") == "FAILED");
    BOOST_TEST(shown.at("completed").as_int64() == 1);
    auto const& batches = shown.at("batches").as_array();
    BOOST_TEST_REQUIRE(batches.size() == 2u);
    BOOST_TEST(text(batches[0], "status") == "PROCESSED");
    BOOST_TEST(batches[1].at("rowCount").as_int64() == 20);
    BOOST_TEST(text(batches[1], "error").starts_with("Row 112: quantity"));
  }
  refusal(ask(get("/producers/uploads/unknown")), 404, "not_found");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_none_is_refused) {
  serve();
  auto const lacking = refusal(upload("orderNumber,price\n1,2\n"), 400, "invalid_csv");
  BOOST_TEST(text(lacking, "message").starts_with("The header lacks productName, quantity"));
  refusal(upload(columns), 400, "invalid_csv");
  refusal(upload(""), 400, "invalid_csv");
  auto const open = refusal(upload(columns + "1,\"Pen,1,1\n"), 400, "invalid_csv");
  BOOST_TEST(open.at("errors").as_array().at(0).at("row").as_int64() == 2);
  refusal(upload(columns + std::string(200'000, 'x')), 413, "file_too_large");
  refusal(ask(upload_request("/producers/upload/csv", form_file(columns, "orders.xlsx"))), 415,
          "unsupported_file_type");
  BOOST_TEST(std::filesystem::is_empty(service->uploads_directory()));
}

BOOST_AUTO_TEST_CASE(a_broker_that_is_down_at_the_start_is_503_and_nothing_is_taken) {
  if (!has_kafka()) {
    BOOST_TEST_MESSAGE("skipped: this build speaks no Kafka");
    return;
  }
  // A port of which nobody listens: it was free a moment ago.
  auto const port = [] {
    boost::asio::io_context loop;
    boost::asio::ip::tcp::acceptor a(loop, {boost::asio::ip::address_v4::loopback(), 0});
    return std::to_string(a.local_endpoint().port());
  }();
  serve("127.0.0.1:" + port);
  auto const answer = post("/producers/send/single", good_order);
  refusal(answer, 503, "broker_unavailable");
  BOOST_TEST(test::header(answer, "Retry-After") == "5");
}

BOOST_AUTO_TEST_SUITE_END()
