// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>
#include <future>
#include <memory>
#include <string>
#include <uploadproto/engineio/server.hpp>

#include "loopback.hpp"

// Engine.IO alone, for protocols of one's own.
namespace uploadproto::net::test {
namespace {

/** A server whose first session is polled only when the test says so. */
struct polled_server {
  explicit polled_server(engineio::options options = engineio::server::default_options()) {
    loop.on_loop([&] {
      server = std::make_unique<engineio::server>(loop.context, std::move(options));
      server->on_open([&](engineio::connection& c) {
        if (!connection) connection = &c;
      });
      server->on_close([&](engineio::connection& c, engineio::close_reason why) {
        if (&c == connection) ended.set_value(std::string(to_string(why)));
      });
      endpoint = server->listen({asio::ip::make_address("127.0.0.1"), 0}).value();
    });
    client = std::make_unique<raw_client>(endpoint);
    target = "/engine.io/?EIO=4&transport=polling";
    target += "&sid=" + sid_of(client->get(target));
  }
  ~polled_server() {
    loop.stop();
    server.reset();
  }

  asio::ip::tcp::endpoint endpoint;
  engineio::connection_ptr connection;
  std::promise<std::string> ended;
  std::unique_ptr<engineio::server> server;
  std::unique_ptr<raw_client> client;
  std::string target;
  loop_thread loop;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(engineio_server_over_loopback)

// 0x1E stands between the packets of a payload: a text with it would be several packets to the client.
BOOST_AUTO_TEST_CASE(a_text_that_polling_cannot_frame_is_refused) {
  polled_server s;
  s.loop.on_loop([&] {
    BOOST_TEST(
        !s.connection->send_text("a\x1e"
                                 "1"));
    BOOST_TEST(s.connection->send_text("b"));
  });
  BOOST_TEST(body(s.client->get(s.target)) == "4b");
}

BOOST_AUTO_TEST_CASE(bytes_that_do_not_fit_end_the_session_as_texts_do) {
  for (bool const binary : {false, true}) {
    auto options = engineio::server::default_options();
    options.session.max_backlog = 100;
    polled_server s(std::move(options));
    s.loop.on_loop([&] {
      for (int i = 0; i < 2; ++i) {
        if (binary)
          s.connection->send_binary(std::string(60, 'x'));
        else
          s.connection->send_text(std::string(60, 'x'));
      }
    });
    BOOST_TEST(s.ended.get_future().get() == "transport error");
    s.loop.on_loop([&] { s.connection.reset(); });
  }
}

// A polling session costs no connection of its own: only a limit on sessions bounds what one client can open.
BOOST_AUTO_TEST_CASE(sessions_beyond_the_limit_are_turned_away_until_one_ends) {
  auto options = engineio::server::default_options();
  options.max_connections = 1;
  polled_server s(std::move(options));
  BOOST_TEST(raw_client(s.endpoint).get("/engine.io/?EIO=4&transport=polling").starts_with("HTTP/1.1 503"));
  BOOST_TEST(
      raw_client(s.endpoint).upgrade("/engine.io/?EIO=4&transport=websocket").starts_with("HTTP/1.1 503"));
  s.loop.on_loop([&] { BOOST_TEST(s.connection->send_text("a")); });
  BOOST_TEST(body(s.client->get(s.target)) == "4a");
  s.loop.on_loop([&] { s.connection->discard(engineio::close_reason::transport_error); });
  BOOST_TEST(
      raw_client(s.endpoint).upgrade("/engine.io/?EIO=4&transport=websocket").starts_with("HTTP/1.1 101"));
  s.loop.on_loop([&] { s.connection.reset(); });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace uploadproto::net::test
