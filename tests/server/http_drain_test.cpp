// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Going down: nothing new is taken, what is at work answers, and a deadline ends the rest.
#include <boost/asio/co_spawn.hpp>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <future>

#include "http/off_loop.hpp"
#include "http_fixture.hpp"

using namespace uploadproto::reference;
using namespace uploadproto::reference::test;
using http::awaitable;

namespace {

struct fixture : http_fixture {
  std::promise<void> begun, let_go;  // of the handler behind /busy

  fixture() {
    site.routes.add(http::verb::get, "/open", http::access::open,
                    [](http::request&) -> awaitable<http::reply> {
                      co_return http::success_reply(http::status::ok, "open", 0);
                    });
    site.routes.add(http::verb::get, "/busy", http::access::open,
                    [this](http::request&) -> awaitable<http::reply> {
                      co_await http::off_loop(pool, [this] {
                        begun.set_value();
                        let_go.get_future().wait();
                      });
                      co_return http::success_reply(http::status::ok, "done", 5);
                    });
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(server_http_drain, fixture)

BOOST_AUTO_TEST_CASE(draining_ends_idle_connections_and_lets_busy_ones_answer) {
  start();
  auto idle = connect();
  idle.send(get("/open"));
  BOOST_TEST(idle.receive().value().result_int() == 200u);
  auto busy = connect();
  busy.send(get("/busy"));
  begun.get_future().wait();

  on_loop([&] {
    listener().drain();
    return true;
  });
  BOOST_TEST(idle.at_end());
  BOOST_CHECK_THROW(connect(), boost::system::system_error);
  let_go.set_value();
  auto const answer = busy.receive().value();
  BOOST_TEST(body_of(answer).at("data").as_int64() == 5);
  BOOST_TEST(header(answer, "Connection") == "close");
  BOOST_TEST(busy.at_end());
}

BOOST_AUTO_TEST_CASE(the_deadline_ends_what_draining_left) {
  start();
  auto stuck = connect();
  stuck.send(get("/busy"));
  begun.get_future().wait();
  std::promise<bool> in_time;
  boost::asio::co_spawn(
      loop(),
      [&]() -> awaitable<bool> {
        listener().drain();
        co_return co_await listener().drained(std::chrono::steady_clock::now() +
                                              std::chrono::milliseconds{50});
      },
      [&](std::exception_ptr, bool value) { in_time.set_value(value); });
  BOOST_TEST(!in_time.get_future().get());
  BOOST_TEST(stuck.at_end());
  let_go.set_value();
}

BOOST_AUTO_TEST_SUITE_END()
