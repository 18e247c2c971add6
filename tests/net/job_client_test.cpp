// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/asio/redirect_error.hpp>
#include <uploadproto/client.hpp>
#include <uploadproto/contract/bulk_upload.hpp>

#include "client_peer.hpp"

namespace uploadproto::net::test {
namespace {

using namespace std::chrono_literals;
using contract::bulk_upload;
using contract::bulk_upload_complete;
using contract::bulk_upload_failed;
using contract::bulk_upload_progress;
using job_client = uploadproto::client<bulk_upload>;
using session::client_condition;
using session::client_error;

uploadproto::client_options to(stage const& s) {
  uploadproto::client_options options;
  options.url = s.url();
  options.token = std::string("t");
  options.transports = {client_transport::websocket};
  options.reconnection.delay = 1ms;
  options.reconnection.delay_max = 5ms;
  return options;
}

std::string const connect = R"(text 40{"token":"t"})";
std::string const timestamp = "2025-11-25T10:30:45.123Z";

std::string progress(std::string const& job, std::string const& at, int value) {
  return "42[\"bulk_upload_progress\"," +
         contract::to_json(bulk_upload_progress{.job_id = job,
                                                .stage = at,
                                                .progress = static_cast<double>(value),
                                                .message = "m",
                                                .timestamp = timestamp}) +
         "]";
}
std::string failed(std::string const& job) {
  return "42[\"bulk_upload_failed\"," +
         contract::to_json(
             bulk_upload_failed{.job_id = job, .error = "why", .stage = {}, .timestamp = timestamp}) +
         "]";
}
std::string subscribe(std::string const& id, std::string const& job) {
  return "text 42" + id + R"(["subscribe_bulk_upload_job",{"job_id":")" + job + R"("}])";
}

BOOST_AUTO_TEST_SUITE(client_of_a_protocol)

BOOST_AUTO_TEST_CASE(events_arrive_typed_and_malformed_ones_say_why) {
  stage s;
  s.play([&]() -> task<> {
    auto peer = co_await s.accept_socket(connect);  // BU-C1
    auto message = co_await peer->read_message();
    BOOST_TEST(message == subscribe("0", "j"));  // BU-C2
    co_await peer->send(R"(430[{"ok":true,"job_id":"j"}])");
    co_await peer->send(progress("j", "file_reading", 12));
    co_await peer->send(R"(42["something_else",{}])");
    co_await peer->send(R"(42["bulk_upload_progress",{"job_id":7,"progress":120}])");
    co_await peer->send(R"(42["bulk_upload_failed",null])");
    co_await peer->send(R"(42["bulk_upload_failed"])");
    co_await peer->send(failed("j"));
    co_await peer->read_to_end();
  });
  s.play([&]() -> task<> {
    job_client c(s.loop.get_executor(), to(s));
    co_await c.async_connect(use_awaitable);
    co_await c.async_subscribe("j", use_awaitable);
    auto event = co_await c.async_receive(use_awaitable);
    BOOST_TEST(std::get<bulk_upload_progress>(event).progress == 12);
    event = co_await c.async_receive(use_awaitable);
    auto const& wrong = std::get<malformed_event>(event);
    BOOST_TEST(wrong.name == "bulk_upload_progress");
    std::vector<std::string> pointers;
    for (auto const& violation : wrong.wrong) pointers.push_back(violation.pointer);
    BOOST_TEST(pointers == (std::vector<std::string>{"/job_id", "/stage", "/progress", "/message", "/status",
                                                     "/timestamp"}),
               boost::test_tools::per_element());
    for (int i = 0; i < 2; ++i) {
      event = co_await c.async_receive(use_awaitable);
      BOOST_TEST(std::holds_alternative<malformed_event>(event));
    }
    event = co_await c.async_receive(use_awaitable);
    BOOST_TEST(std::get<bulk_upload_failed>(event).error == "why");
    BOOST_REQUIRE(c.view("j"));
    BOOST_TEST(c.view("j")->failed());
    BOOST_TEST(!c.view("other"));
  });
  s.run();
}

BOOST_AUTO_TEST_CASE(refused_subscriptions_are_told_apart) {  // BU-R7
  struct {
    std::string answer;
    error_code expected;
  } const cases[] = {
      {R"([{"ok":false,"error":{"code":"not_found","message":"m"}}])", subscribe_error::not_found},
      {R"([{"ok":false,"error":{"code":"forbidden"}}])", subscribe_error::forbidden},
      {R"([{"ok":false,"error":{"code":"invalid_payload"}}])", subscribe_error::invalid_payload},
      {R"([{"ok":false}])", subscribe_error::refused},
      {R"([{"ok":false,"error":7}])", subscribe_error::refused},
      {R"([{"ok":true}])", {}},
      {R"([])", {}},
      {R"([null])", {}},
  };
  for (auto const& c : cases) {
    BOOST_TEST_CONTEXT(c.answer) {
      stage s;
      s.play([&]() -> task<> {
        auto peer = co_await s.accept_socket(connect);
        co_await peer->read_message();
        co_await peer->send("430" + c.answer);
        co_await peer->read_to_end();
      });
      s.play([&]() -> task<> {
        job_client client(s.loop.get_executor(), to(s));
        co_await client.async_connect(use_awaitable);
        error_code error;
        co_await client.async_subscribe("j", asio::redirect_error(use_awaitable, error));
        BOOST_TEST((error == c.expected), error.message());
      });
      s.run();
    }
  }
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_acknowledge_is_not_waited_for_long) {
  stage s;
  auto options = to(s);
  options.subscribe_timeout = 20ms;
  s.play([&]() -> task<> {
    auto peer = co_await s.accept_socket(connect);
    co_await peer->read_to_end();
  });
  s.play([&]() -> task<> {
    job_client c(s.loop.get_executor(), options);
    co_await c.async_connect(use_awaitable);
    error_code error;
    co_await c.async_subscribe("j", asio::redirect_error(use_awaitable, error));
    BOOST_TEST(!error, error.message());
  });
  s.run();
}

BOOST_AUTO_TEST_CASE(subscriptions_are_made_again_after_every_reconnection) {  // CO-12
  stage s;
  std::vector<std::string> lost;
  s.play([&]() -> task<> {
    {
      auto peer = co_await s.accept_socket(connect);
      auto message = co_await peer->read_message();
      co_await peer->send(R"(430[{"ok":true}])");
      message = co_await peer->read_message();
      co_await peer->send(R"(431[{"ok":true}])");
      message = co_await peer->read_message();
      co_await peer->send(R"(432[{"ok":true}])");
      message = co_await peer->read_message();
      BOOST_TEST(message == R"(text 42["unsubscribe_bulk_upload_job",{"job_id":"b"}])");
      peer->close();
    }
    {
      auto peer = co_await s.accept_socket(connect);
      auto message = co_await peer->read_message();
      BOOST_TEST(message == subscribe("3", "a"));
      peer->close();  // before it answers
    }
    auto peer = co_await s.accept_socket(connect);
    auto message = co_await peer->read_message();
    BOOST_TEST((message == subscribe("4", "a") || message == subscribe("5", "a")), message);
    auto const id = message.substr(7, 1);
    message = co_await peer->read_message();
    BOOST_TEST(message.find(R"({"job_id":"c"})") != std::string::npos);
    co_await peer->send("43" + message.substr(7, 1) + R"([{"ok":false,"error":{"code":"not_found"}}])");
    co_await peer->send("43" + id + R"([{"ok":true}])");
    co_await peer->send(progress("a", "initialization", 0));
    co_await peer->read_to_end();
  });
  s.play([&]() -> task<> {
    job_client c(s.loop.get_executor(), to(s));
    c.on_subscription_lost([&](std::string const& job, error_code error) {
      BOOST_TEST((error == subscribe_error::not_found));
      lost.push_back(job);
    });
    co_await c.async_connect(use_awaitable);
    for (auto const* job : {"a", "b", "c"}) co_await c.async_subscribe(job, use_awaitable);
    c.unsubscribe("b");
    auto const event = co_await c.async_receive(use_awaitable);
    BOOST_TEST(std::get<bulk_upload_progress>(event).job_id == "a");
  });
  s.run();
  BOOST_TEST(lost == std::vector<std::string>{"c"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_token_is_fetched_for_every_attempt) {  // CO-13
  stage s;
  auto options = to(s);
  int fetched = 0;
  options.token = [&]() -> asio::awaitable<std::string> { co_return "t" + std::to_string(++fetched); };
  s.play([&]() -> task<> {
    auto peer = co_await s.accept_socket(R"(text 40{"token":"t1"})");
    peer->close();
    peer = co_await s.accept_socket(R"(text 40{"token":"t2"})");
    co_await peer->send(failed("j"));
    co_await peer->read_to_end();
  });
  s.play([&]() -> task<> {
    job_client c(s.loop.get_executor(), options);
    co_await c.async_connect(use_awaitable);
    co_await c.async_receive(use_awaitable);
  });
  s.run();
}

BOOST_AUTO_TEST_CASE(a_bad_token_is_a_refusal) {
  stage s;
  s.play([&]() -> task<> {
    auto peer = co_await s.accept_engine();
    co_await peer->read_message();
    co_await peer->send(R"(44{"message":"Invalid authentication token"})");
    co_await peer->read_to_end();
  });
  s.play([&]() -> task<> {
    job_client c(s.loop.get_executor(), to(s));
    error_code error;
    co_await c.async_connect(asio::redirect_error(use_awaitable, error));
    BOOST_TEST((error == client_condition::refused));
    BOOST_TEST(c.last_failure().message == "Invalid authentication token");
  });
  s.run();
}

BOOST_AUTO_TEST_CASE(following_shows_news_of_one_job_up_to_its_end) {  // CO-12
  stage s;
  s.play([&]() -> task<> {
    auto peer = co_await s.accept_socket(connect);
    co_await peer->read_message();
    co_await peer->send(R"(430[{"ok":true}])");
    for (auto const& packet : {progress("j", "file_reading", 15), progress("other", "file_reading", 20),
                               progress("j", "file_reading", 12), progress("j", "initialization", 0),
                               progress("j", "pre_validation", 30), failed("other")}) {
      co_await peer->send(packet);
    }
    peer->close();
    peer = co_await s.accept_socket(connect);
    co_await peer->read_message();
    co_await peer->send(progress("j", "pre_validation", 25));  // a snapshot from before
    co_await peer->send(progress("j", "iec_verification", 50));
    co_await peer->send(failed("j"));
    co_await peer->send(failed("j"));
    co_await peer->read_to_end();
  });
  std::vector<double> shown;
  s.play([&]() -> task<> {
    job_client c(s.loop.get_executor(), to(s));
    co_await c.async_connect(use_awaitable);
    auto const end = co_await c.async_follow(
        "j",
        [&](job_client::event const& e) {
          shown.push_back(std::visit(
              [](auto const& event) {
                if constexpr (requires { event.progress; }) {
                  return event.progress;
                } else {
                  return -1.0;
                }
              },
              e));
        },
        use_awaitable);
    BOOST_TEST(std::get<bulk_upload_failed>(end).job_id == "j");
  });
  s.run();
  BOOST_TEST(shown == (std::vector<double>{15, 30, 50, -1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(destroying_the_client_ends_what_waits) {
  stage s;
  s.play([&]() -> task<> {
    auto peer = co_await s.accept_socket(connect);
    co_await peer->read_to_end();
  });
  auto c = std::make_unique<job_client>(s.loop.get_executor(), to(s));
  std::vector<error_code> ends;
  s.play([&]() -> task<> {
    co_await c->async_connect(use_awaitable);
    c->async_receive([&](error_code error, job_client::event const&) { ends.push_back(error); });
    c->async_subscribe("j", [&](error_code error) { ends.push_back(error); });
    c.reset();
  });
  s.run();
  s.loop.restart();
  s.loop.run_for(1s);
  BOOST_REQUIRE(ends.size() == 2u);
  for (auto const& end : ends) BOOST_TEST((end == client_condition::disconnected), end.message());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace uploadproto::net::test
