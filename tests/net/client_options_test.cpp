// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/asio/deferred.hpp>
#include <functional>
#include <uploadproto/net/client_proxy.hpp>
#include <uploadproto/socketio/client.hpp>
#include <uploadproto/wire/base64.hpp>

#include "client_peer.hpp"

namespace uploadproto::net::test {
namespace {

using namespace std::chrono_literals;
using session::client_condition;
using session::client_error;
using socketio::args;
using socketio::client;
using socketio::client_ack;
using socketio::client_event;
using socketio::client_options;
using socketio::client_transport;

client_options to(stage const& s, client_transport transport = client_transport::websocket) {
  client_options options;
  options.url = s.url();
  options.transports = {transport};
  options.reconnection.delay = 1ms;
  options.reconnection.delay_max = 5ms;
  return options;
}

/** Options for a server that only the proxy, which is the stage, knows. */
client_options through(stage const& s, client_transport transport = client_transport::websocket) {
  auto options = to(s, transport);
  options.url = "http://server.invalid:8080";
  options.proxy = client_proxy{"127.0.0.1", std::to_string(s.port()), {}, {}};
  return options;
}

error_code connect(stage& s, client_options options) {
  error_code result;
  s.play([&]() -> task<> {
    client c(s.loop.get_executor(), std::move(options));
    co_await c.async_connect(asio::redirect_error(use_awaitable, result));
  });
  s.run();
  return result;
}

BOOST_AUTO_TEST_SUITE(client_proxies)

BOOST_AUTO_TEST_CASE(a_websocket_goes_through_a_tunnel) {
  stage s;
  auto options = through(s);
  options.proxy->user = "Aladdin";
  options.proxy->password = "open sesame";
  s.play([&]() -> task<> {
    auto peer = co_await s.accept();
    auto r = co_await peer->read_request();
    BOOST_TEST(r.head ==
               "CONNECT server.invalid:8080 HTTP/1.1\r\nHost: server.invalid:8080\r\n"
               "Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n");
    co_await peer->write("HTTP/1.1 200 Connection established\r\nX-Proxy: yes\r\n\r\n");
    r = co_await peer->read_request();
    BOOST_TEST((r == "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"));
    BOOST_TEST(r.header("Host") == "server.invalid:8080");
    BOOST_TEST(!r.has("Proxy-"));
    co_await peer->accept_websocket(r, peer::frame(handshake_ws));
    co_await peer->read_message();
    co_await peer->send(R"(40{"sid":"id"})");
    co_await peer->read_to_end();
  });
  auto const error = connect(s, options);
  BOOST_TEST(!error, error.message());
}

BOOST_AUTO_TEST_CASE(polling_goes_through_one_tunnel_a_connection) {
  stage s;
  s.play([&]() -> task<> {
    auto get = co_await s.accept();
    auto r = co_await get->read_request();
    BOOST_TEST((r == "CONNECT server.invalid:8080 HTTP/1.1\r\n"));
    BOOST_TEST(r.header("Proxy-Authorization") == "");
    co_await get->write("HTTP/1.0 200 OK\r\n\r\n");
    co_await get->read_request();
    co_await get->answer(200, handshake_ws);
    auto post = co_await s.accept();
    r = co_await post->read_request();
    BOOST_TEST((r == "CONNECT "));
    co_await post->write("HTTP/1.1 204 OK\r\n\r\n");
    r = co_await post->read_request();
    BOOST_TEST((r == "POST /socket.io/"));
    co_await post->answer(200, "ok");
    co_await get->read_request();
    co_await get->answer(200, R"(40{"sid":"id"})");
    co_await get->read_request();
    co_await get->read_to_end();
  });
  auto const error = connect(s, through(s, client_transport::polling));
  BOOST_TEST(!error, error.message());
}

BOOST_AUTO_TEST_CASE(a_proxy_that_refuses_or_babbles_or_leaves) {
  struct {
    std::string answer;
    error_code error;
  } const cases[] = {
      {"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", client_error::proxy_refused},
      {"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", client_error::proxy_refused},
      {"SSH-2.0-OpenSSH\r\n", client_error::bad_http_answer},
      {"HTTP/1.1 200 OK\r\n", asio::error::eof},
  };
  for (auto const& c : cases) {
    BOOST_TEST_CONTEXT(c.answer) {
      stage s;
      s.play([&]() -> task<> {
        auto peer = co_await s.accept();
        co_await peer->read_request();
        co_await peer->write(c.answer);
        peer->close();
      });
      auto const error = connect(s, through(s));
      BOOST_TEST((error == c.error), error.message());
      BOOST_TEST((error == client_condition::cannot_connect));
    }
  }
}

BOOST_AUTO_TEST_CASE(answers_of_proxies_are_read_strictly) {
  std::string const good = "HTTP/1.1 200 Fine\r\nA: b\r\n\r\n";
  for (std::size_t size = 0; size < good.size(); ++size) {
    BOOST_TEST(!read_proxy_answer(good.substr(0, size)));
  }
  BOOST_TEST((read_proxy_answer(good) == error_code()));
  for (auto const* bad : {"x", "HTTP/2 200\r\n\r\n", "HTTP/1.x 200\r\n\r\n", "HTTP/1.1 2x0\r\n\r\n",
                          "HTTP/1.1\r\n\r\n", "HTTP/1.1 200\r\n\r\nearly bytes", "HTTP/1.1200 \r\n\r\n"}) {
    BOOST_TEST((read_proxy_answer(bad) == error_code(client_error::bad_http_answer)), bad);
  }
  BOOST_TEST(
      (read_proxy_answer("HTTP/1.1 302 Elsewhere\r\n\r\n") == error_code(client_error::proxy_refused)));
  BOOST_TEST((read_proxy_answer("HTTP/1.1 200 " + std::string(20'000, 'x')) ==
              error_code(client_error::bad_http_answer)));
}

BOOST_AUTO_TEST_CASE(addresses_are_bracketed_and_credentials_cannot_break_out) {
  BOOST_TEST(*proxy_request({}, "::1", "443") == "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n\r\n");
  for (auto const& bad : {client_proxy{"p", "1", "a:b", "c"}, client_proxy{"p", "1", "a\r\n", "c"},
                          client_proxy{"p", "1", "a", "c\n"}}) {
    BOOST_TEST((proxy_request(bad, "h", "1").error() == client_error::bad_url));
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(client_settings)

BOOST_AUTO_TEST_CASE(cookies_are_sent_back_where_that_is_asked_for) {
  for (bool const keeps : {false, true}) {
    BOOST_TEST_CONTEXT("with credentials: " << keeps) {
      stage s;
      auto options = to(s, client_transport::polling);
      options.transports.push_back(client_transport::websocket);
      options.with_credentials = keeps;
      options.headers = {{"cookie", "own=1"}};
      std::string const expected = keeps ? "own=1; a=1; b=2" : "own=1";
      s.play([&]() -> task<> {
        auto get = co_await s.accept();
        auto r = co_await get->read_request();
        BOOST_TEST(r.header("Cookie") == "own=1");
        co_await get->answer(
            200, handshake_upgradable,
            "Set-Cookie: a=1; Max-Age=3600\r\nset-cookie: b=2; Path=/\r\nSet-Cookie: c=3; max-age=0\r\n");
        for (int i = 0; i < 2; ++i) {  // the POST of CONNECT and the probe
          auto next = co_await s.accept();
          r = co_await next->read_request();
          BOOST_TEST(r.header("Cookie") == expected);
          if (r == "POST") co_await next->answer(200, "ok");
        }
        r = co_await get->read_request();
        BOOST_TEST(r.header("Cookie") == expected);
        co_await get->answer(200, R"(40{"sid":"id"})");
        co_await get->read_to_end();
      });
      auto const error = connect(s, options);
      BOOST_TEST(!error, error.message());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_request_that_is_not_answered_in_its_time_fails) {
  stage s;
  auto options = to(s, client_transport::polling);
  options.request_timeout = 20ms;
  s.play([&]() -> task<> {
    auto peer = co_await s.accept();
    co_await peer->read_request();
    co_await peer->read_to_end();
  });
  auto const error = connect(s, options);
  BOOST_TEST((error == client_error::connect_timeout), error.message());
}

BOOST_AUTO_TEST_CASE(a_target_beyond_8000_characters_is_refused) {
  stage s;
  auto options = to(s);
  options.query = {{"long", std::string(8000, 'x')}};
  BOOST_TEST((connect(s, options) == client_error::bad_url));
}

BOOST_AUTO_TEST_CASE(an_event_is_sent_again_after_a_cut_until_it_is_acknowledged) {
  stage s;
  s.play([&]() -> task<> {
    auto peer = co_await s.accept_socket();
    auto message = co_await peer->read_message();
    BOOST_TEST(message == R"(text 420["one"])");
    peer->close();
    peer = co_await s.accept_socket();
    message = co_await peer->read_message();
    BOOST_TEST(message == R"(text 421["one"])");
    co_await peer->send("431[]");
    message = co_await peer->read_message();
    BOOST_TEST(message == R"(text 422["two"])");
    co_await peer->send(R"(432["done"])");
    co_await peer->read_to_end();
  });
  s.play([&]() -> task<> {
    auto options = to(s);
    options.retries = 3;
    options.ack_timeout = 10s;
    client c(s.loop.get_executor(), std::move(options));
    co_await c.async_connect(use_awaitable);
    BOOST_TEST(!c.emit("one"));
    auto asking = c.async_emit_with_ack("two", {}, use_awaitable);
    auto const ack = co_await std::move(asking);
    BOOST_TEST((ack.args == args("done")));
  });
  s.run();
}

BOOST_AUTO_TEST_CASE(listeners_see_everything_that_comes_and_goes) {
  stage s;
  s.play([&]() -> task<> {
    auto peer = co_await s.accept_socket();
    auto message = co_await peer->read_message();
    BOOST_TEST(message == R"(text 42["message","hello"])");
    co_await peer->read_message();
    co_await peer->send(R"(42["named",1])");
    co_await peer->send(R"(42["other",2])");
    co_await peer->read_message();
    co_await peer->send(R"(42["last"])");
    co_await peer->read_to_end();
  });
  s.play([&]() -> task<> {
    client c(s.loop.get_executor(), to(s));
    std::vector<std::string> seen;
    auto const note = [&seen](std::string const& how) {
      return [&seen, how](client_event const& event) { seen.push_back(how + event.name); };
    };
    c.on_any_outgoing(note("out "));
    auto const first = c.on_any(note("in "));
    c.on_any(note("also "));
    c.on("named", note("handler "));
    co_await c.async_connect(use_awaitable);
    c.send(args("hello"));
    c.emit_volatile("dropped, for the last is still being written");
    c.emit("connect");  // refused
    auto asking = c.async_emit_with_ack("asks", {}, 10s, asio::deferred);
    std::move(asking)([](error_code, client_ack const&) {});
    auto event = co_await c.async_receive(use_awaitable);
    BOOST_TEST(event.name == "other");
    c.off_any(first);
    c.off_any_outgoing();
    c.emit("unseen");
    event = co_await c.async_receive(use_awaitable);
    BOOST_TEST(event.name == "last");
    std::vector<std::string> const expected{"out message",   "out asks", "in named",   "also named",
                                            "handler named", "in other", "also other", "also last"};
    BOOST_TEST(seen == expected, boost::test_tools::per_element());
  });
  s.run();
}

BOOST_AUTO_TEST_CASE(a_handler_for_one_event_takes_no_more) {
  stage s;
  s.play([&]() -> task<> {
    auto peer = co_await s.accept_socket();
    co_await peer->write(peer::frame(R"(42["tick",1])") + peer::frame(R"(42["tick",2])"));
    co_await peer->read_to_end();
  });
  s.play([&]() -> task<> {
    client c(s.loop.get_executor(), to(s));
    std::vector<client_event> taken;
    c.once("tick", [&](client_event event) { taken.push_back(std::move(event)); });
    co_await c.async_connect(use_awaitable);
    auto const event = co_await c.async_receive(use_awaitable);
    BOOST_TEST((event.args == args(2)));
    BOOST_REQUIRE(taken.size() == 1u);
    BOOST_TEST((taken[0].args == args(1)));
  });
  s.run();
}

BOOST_AUTO_TEST_CASE(each_namespace_gets_fresh_credentials_at_every_attempt) {
  stage s;
  auto const serve = [](peer& p, std::string number) -> task<> {
    for (int i = 0; i < 2; ++i) {
      auto const message = co_await p.read_message();
      bool const other = message.starts_with("text 40/b");
      BOOST_TEST(message == (other ? R"(text 40/b,{"b":)" : R"(text 40{"a":)") + number + "}");
      co_await p.send(other ? R"(40/b,{"sid":"2"})" : R"(40{"sid":"1"})");
    }
  };
  s.play([&]() -> task<> {
    auto peer = co_await s.accept_engine();
    co_await serve(*peer, "1");
    peer->close();
    peer = co_await s.accept_engine();
    co_await serve(*peer, "2");
    co_await peer->send(R"(42["done"])");
    co_await peer->read_to_end();
  });
  s.play([&]() -> task<> {
    auto options = to(s);
    options.auth = [n = 0]() mutable { return boost::json::value{{"a", ++n}}; };
    client c(s.loop.get_executor(), std::move(options));
    auto b = c.of("/b", [n = 0]() mutable { return boost::json::value{{"b", ++n}}; });
    co_await c.async_connect(use_awaitable);
    co_await b.async_connect(use_awaitable);
    auto const event = co_await c.async_receive(use_awaitable);
    BOOST_TEST(event.name == "done");
    BOOST_TEST(b.connected());
  });
  s.run();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace uploadproto::net::test
