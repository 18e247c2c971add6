// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <functional>
#include <uploadproto/socketio/client.hpp>

#include "client_peer.hpp"

namespace uploadproto::net::test {
namespace {

using namespace std::chrono_literals;
using session::client_condition;
using session::client_error;
using socketio::client;
using socketio::client_options;
using socketio::client_transport;

client_options to(stage const& s, std::vector<client_transport> transports = {client_transport::websocket}) {
  client_options options;
  options.url = s.url();
  options.transports = std::move(transports);
  options.reconnection.delay = 1ms;
  options.reconnection.delay_max = 5ms;
  return options;
}

/** What a first connection attempt ends with, when the server does as `serve` says. */
error_code outcome(stage& s, client_options options, std::function<task<>()> serve,
                   client_failure* why = nullptr) {
  error_code result;
  s.play(std::move(serve));
  s.play([&]() -> task<> {
    client c(s.loop.get_executor(), std::move(options));
    co_await c.async_connect(asio::redirect_error(use_awaitable, result));
    if (why) *why = c.last_failure();
  });
  s.run();
  return result;
}

BOOST_AUTO_TEST_SUITE(client_connecting)

BOOST_AUTO_TEST_CASE(websocket_only_asks_as_the_reference_does) {
  stage s;
  auto options = to(s);
  options.url += "/?first=1";
  options.query = {{"name", "a b&c"}};
  options.headers = {{"X-Extra", "yes"}};
  auto const error = outcome(s, options, [&]() -> task<> {
    auto peer = co_await s.accept();
    auto const r = co_await peer->read_request();
    BOOST_TEST((r == "GET /socket.io/?first=1&name=a%20b%26c&EIO=4&transport=websocket HTTP/1.1\r\n"),
               r.head);
    BOOST_TEST(r.header("Host") == s.url().substr(7));
    BOOST_TEST(r.header("X-Extra") == "yes");
    BOOST_TEST(r.header("Sec-WebSocket-Version") == "13");
    BOOST_TEST(r.header("Sec-WebSocket-Key").size() == 24u);
    co_await peer->accept_websocket(r, peer::frame(handshake_ws));
    auto const connect = co_await peer->read_message();
    BOOST_TEST(connect == "text 40");
    co_await peer->send(R"(40{"sid":"id"})");
    co_await peer->read_to_end();
  });
  BOOST_TEST(!error, error.message());
}

BOOST_AUTO_TEST_CASE(polling_only_gets_and_posts) {
  stage s;
  auto options = to(s, {client_transport::polling});
  options.auth = boost::json::value{{"token", "t"}};
  auto const error = outcome(s, options, [&]() -> task<> {
    auto get = co_await s.accept();
    auto r = co_await get->read_request();
    BOOST_TEST((r == "GET /socket.io/?EIO=4&transport=polling&t="));
    co_await get->answer(200, handshake_ws);
    auto post = co_await s.accept();
    r = co_await post->read_request();
    BOOST_TEST((r == "POST /socket.io/?EIO=4&transport=polling&t="));
    BOOST_TEST(r.has("&sid=s"));
    BOOST_TEST(r.header("Content-Type") == "text/plain;charset=UTF-8");
    BOOST_TEST(r.body == R"(40{"token":"t"})");
    co_await post->answer(200, "ok");
    r = co_await get->read_request();  // the same connection
    BOOST_TEST(r.has("&sid=s"));
    co_await get->answer(200, R"(40{"sid":"id"})");
    co_await get->read_request();
    co_await get->read_to_end();
  });
  BOOST_TEST(!error, error.message());
}

BOOST_AUTO_TEST_CASE(polling_moves_to_websocket) {
  stage s;
  s.play([&]() -> task<> {
    auto get = co_await s.accept();
    co_await get->read_request();
    co_await get->answer(200, handshake_upgradable);
    // The next GET, the POST of CONNECT and the probe come in any order on connections of their own.
    std::unique_ptr<peer> post, probe;
    for (int i = 0; i < 2; ++i) {
      auto next = co_await s.accept();
      auto const r = co_await next->read_request();
      if (r == "POST") {
        BOOST_TEST(r.body == "40");
        co_await next->answer(200, "ok");
        post = std::move(next);
      } else {
        BOOST_TEST(r.has("transport=websocket&sid=s"));
        co_await next->accept_websocket(r);
        probe = std::move(next);
      }
    }
    co_await get->read_request();
    co_await get->answer(200, R"(40{"sid":"id"})");
    co_await get->read_request();
    auto message = co_await probe->read_message();
    BOOST_TEST(message == "text 2probe");
    co_await probe->send("3probe");
    co_await get->answer(200, "6");
    message = co_await probe->read_message();
    BOOST_TEST(message == "text 5");
    co_await probe->send(R"(42["by","websocket"])");
    message = co_await probe->read_message();
    BOOST_TEST(message == R"(text 42["thanks"])");
    co_await probe->read_to_end();
  });
  s.play([&]() -> task<> {
    client c(s.loop.get_executor(), to(s, {client_transport::polling, client_transport::websocket}));
    int upgraded = 0;
    c.on_upgrade([&] { ++upgraded; });
    co_await c.async_connect(use_awaitable);
    auto const event = co_await c.async_receive(use_awaitable);
    BOOST_TEST(event.name == "by");
    BOOST_TEST((c.transport() == client_transport::websocket));
    BOOST_TEST(upgraded == 1);
    c.emit("thanks");
    co_await c.async_close(use_awaitable);
  });
  s.run();
}

BOOST_AUTO_TEST_CASE(where_websocket_is_blocked_polling_serves) {
  stage s;
  auto const error = outcome(s, to(s, default_transports()), [&]() -> task<> {
    auto blocked = co_await s.accept();
    co_await blocked->read_request();
    co_await blocked->answer(400, "no");
    auto get = co_await s.accept();
    auto const r = co_await get->read_request();
    BOOST_TEST(r.has("transport=polling"));
    co_await get->answer(200, handshake_ws);
    auto post = co_await s.accept();
    co_await post->read_request();
    co_await post->answer(200, "ok");
    co_await get->read_request();
    co_await get->answer(200, R"(40{"sid":"id"})");
    co_await get->read_to_end();
  });
  BOOST_TEST(!error, error.message());
}

BOOST_AUTO_TEST_CASE(nobody_there) {
  stage s;
  auto options = to(s, default_transports());
  {
    asio::ip::tcp::acceptor gone(s.loop, {asio::ip::make_address("127.0.0.1"), 0});
    options.url = "http://127.0.0.1:" + std::to_string(gone.local_endpoint().port());
  }
  auto const error = outcome(s, options, []() -> task<> { co_return; });
  BOOST_TEST((error == client_condition::cannot_connect), error.message());
}

BOOST_AUTO_TEST_CASE(http_errors_are_told_apart) {
  struct {
    int status;
    error_code expected;
    client_condition condition;
  } const cases[] = {
      {500, client_error::unexpected_status, client_condition::cannot_connect},
      {404, client_error::unexpected_status, client_condition::cannot_connect},
      {302, client_error::unexpected_status, client_condition::cannot_connect},
      {401, client_error::unauthorized, client_condition::refused},
      {403, client_error::unauthorized, client_condition::refused},
  };
  for (auto const& c : cases) {
    for (auto const transport : {client_transport::websocket, client_transport::polling}) {
      BOOST_TEST_CONTEXT(c.status << " by "
                                  << (transport == client_transport::polling ? "polling" : "websocket")) {
        stage s;
        client_failure why;
        auto const error = outcome(
            s, to(s, {transport}),
            [&]() -> task<> {
              auto peer = co_await s.accept();
              co_await peer->read_request();
              co_await peer->answer(c.status, "body", "Location: " + s.url() + "/elsewhere\r\n");
              co_await peer->read_to_end();  // nothing follows: a redirect is not followed
            },
            &why);
        BOOST_TEST((error == c.expected), error.message());
        BOOST_TEST((error == c.condition));
        BOOST_TEST(why.http_status == c.status);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_http_is_refused) {
  for (auto const transport : {client_transport::websocket, client_transport::polling}) {
    for (std::string const answer : {"SSH-2.0-x\r\n", "HTTP/1.1 abc\r\n\r\n", "\r\n\r\n\r\n\r\n"}) {
      BOOST_TEST_CONTEXT(answer) {
        stage s;
        auto const error = outcome(s, to(s, {transport}), [&]() -> task<> {
          auto peer = co_await s.accept();
          co_await peer->read_request();
          co_await peer->write(answer);
          co_await peer->read_to_end();
        });
        BOOST_TEST((error == client_error::bad_http_answer), error.message());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(an_endless_header_is_refused) {
  stage s;
  auto const error = outcome(s, to(s), [&]() -> task<> {
    auto peer = co_await s.accept();
    co_await peer->read_request();
    co_await peer->write("HTTP/1.1 101 X\r\nX-Long: " + std::string(100'000, 'a'));
    co_await peer->read_to_end();
  });
  BOOST_TEST((error == client_error::bad_http_answer), error.message());
}

BOOST_AUTO_TEST_CASE(a_body_beyond_the_limit_is_refused) {
  stage s;
  auto options = to(s, {client_transport::polling});
  options.limits.max_message = 1000;
  auto const error = outcome(s, options, [&]() -> task<> {
    auto peer = co_await s.accept();
    co_await peer->read_request();
    co_await peer->write("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n");
    co_await peer->read_to_end();
  });
  BOOST_TEST((error == client_error::bad_http_answer), error.message());
}

// RFC 6455 4.1.
BOOST_AUTO_TEST_CASE(a_handshake_that_does_not_accept_ours_is_refused) {
  auto const accept = [](request const& r) {
    return "Sec-WebSocket-Accept: " + wire::websocket::accept_key(r.header("Sec-WebSocket-Key")) + "\r\n";
  };
  std::vector<std::function<std::string(request const&)>> const answers = {
      [](auto&) { return "Upgrade: websocket\r\nConnection: Upgrade\r\n"; },
      [](auto&) {
        return "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
               "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
      },
      [&](auto& r) { return "Connection: Upgrade\r\n" + accept(r); },
      [&](auto& r) { return "Upgrade: websocket\r\n" + accept(r); },
      [&](auto& r) { return "Upgrade: h2c\r\nConnection: Upgrade\r\n" + accept(r); },
      [&](auto& r) {
        return "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Extensions: "
               "permessage-deflate\r\n" +
               accept(r);
      },
      [&](auto& r) {
        return "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: x\r\n" + accept(r);
      },
  };
  for (std::size_t i = 0; i < answers.size(); ++i) {
    BOOST_TEST_CONTEXT("answer " << i) {
      stage s;
      auto const error = outcome(s, to(s), [&]() -> task<> {
        auto peer = co_await s.accept();
        auto const r = co_await peer->read_request();
        co_await peer->write("HTTP/1.1 101 X\r\n" + answers[i](r) + "\r\n");
        co_await peer->read_to_end();
      });
      BOOST_TEST((error == client_error::bad_upgrade_answer), error.message());
    }
  }
}

BOOST_AUTO_TEST_CASE(silence_is_bounded_at_every_step) {
  for (int step = 0; step < 4; ++step) {
    BOOST_TEST_CONTEXT("step " << step) {
      stage s;
      auto options = to(s);
      options.connect_timeout = 40ms;
      auto const error = outcome(s, options, [&]() -> task<> {
        auto peer = co_await s.accept();
        if (step > 0) {
          auto const r = co_await peer->read_request();
          if (step == 2) co_await peer->accept_websocket(r);
          if (step == 3) co_await peer->accept_websocket(r, peer::frame(handshake_ws));
        }
        co_await peer->read_to_end();
      });
      BOOST_TEST((error == client_error::connect_timeout), error.message());
      BOOST_TEST((error == client_condition::timed_out));
      BOOST_TEST((error == client_condition::cannot_connect));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_polling_answer_cut_anywhere_ends_the_attempt) {
  std::string const whole = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0{";
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    BOOST_TEST_CONTEXT("after " << length << " bytes") {
      stage s;
      auto const error = outcome(s, to(s, {client_transport::polling}), [&]() -> task<> {
        auto peer = co_await s.accept();
        co_await peer->read_request();
        co_await peer->write(whole.substr(0, length));
        peer->close();
      });
      BOOST_TEST((error == client_condition::cannot_connect), error.message());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_polling_answer_may_end_with_the_connection) {
  stage s;
  auto const error = outcome(s, to(s, {client_transport::polling}), [&]() -> task<> {
    auto peer = co_await s.accept();
    co_await peer->read_request();
    co_await peer->write("HTTP/1.1 200 OK\r\n\r\n" + handshake_ws);
    peer->close();
    auto get = co_await s.accept();
    auto other = co_await s.accept();
    auto r = co_await get->read_request();
    if (r == "POST")
      std::swap(get, other);
    else
      co_await other->read_request();
    co_await other->answer(200, "ok");
    if (r == "POST") co_await get->read_request();
    co_await get->answer(200, R"(40{"sid":"id"})");
    co_await get->read_to_end();
  });
  BOOST_TEST(!error, error.message());
}

BOOST_AUTO_TEST_CASE(a_cut_at_every_step_ends_the_attempt) {
  for (int step = 0; step < 4; ++step) {
    BOOST_TEST_CONTEXT("step " << step) {
      stage s;
      auto const error = outcome(s, to(s), [&]() -> task<> {
        auto peer = co_await s.accept();
        if (step > 0) {
          auto const r = co_await peer->read_request();
          if (step == 2) co_await peer->accept_websocket(r);
          if (step == 3) co_await peer->accept_websocket(r, peer::frame(handshake_ws));
        }
        peer->close();
      });
      BOOST_TEST(error.failed());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_refusal_carries_the_servers_words) {
  stage s;
  client_failure why;
  auto const error = outcome(
      s, to(s),
      [&]() -> task<> {
        auto peer = co_await s.accept_engine();
        co_await peer->read_message();
        co_await peer->send(R"(44{"message":"Invalid authentication token","data":{"code":9}})");
        auto const message = co_await peer->read_message();
        BOOST_TEST(message.starts_with("close"));
      },
      &why);
  BOOST_TEST((error == client_error::connect_refused));
  BOOST_TEST((error == client_condition::refused));
  BOOST_TEST(why.message == "Invalid authentication token");
  BOOST_TEST((why.data == boost::json::value{{"code", 9}}));
}

BOOST_AUTO_TEST_CASE(urls_and_headers_that_cannot_be_sent_are_refused_at_once) {
  asio::io_context loop;
  for (std::string const url :
       {"", "localhost", "ftp://x", "http://", "http://x:0", "http://x:65536", "http://a b",
        "http://x/\r\nX: y", "http://u:p@x", "http://[::1", "http://x:8x"}) {
    BOOST_TEST_CONTEXT(url) {
      client_options options;
      options.url = url;
      client c(loop.get_executor(), options);
      error_code result;
      c.async_connect([&](error_code error) { result = error; });
      loop.restart();
      loop.run();
      BOOST_TEST((result == client_error::bad_url));
    }
  }
  client_options options;
  options.url = "http://127.0.0.1:1";
  options.headers = {{"X-A", "b\r\nX-Injected: yes"}};
  client c(loop.get_executor(), options);
  error_code result;
  c.async_connect([&](error_code error) { result = error; });
  loop.restart();
  loop.run();
  BOOST_TEST((result == client_error::bad_url));
}

BOOST_AUTO_TEST_CASE(credentials_come_from_values_functions_and_coroutines) {
  std::vector<client_auth> const sources = {
      boost::json::value{{"token", "t"}},
      [] {
        return boost::json::value{{"token", "t"}};
      },
      []() -> asio::awaitable<boost::json::value> {
        co_return boost::json::value{{"token", "t"}};
      },
  };
  for (auto const& source : sources) {
    stage s;
    auto options = to(s);
    options.auth = source;
    auto const error = outcome(s, options, [&]() -> task<> {
      auto peer = co_await s.accept_socket(R"(text 40{"token":"t"})");
      co_await peer->read_to_end();
    });
    BOOST_TEST(!error, error.message());
  }
}

BOOST_AUTO_TEST_CASE(a_function_that_fails_to_get_credentials_fails_the_attempt) {
  std::vector<client_auth> const sources = {
      []() -> boost::json::value { throw std::runtime_error("no token service"); },
      []() -> asio::awaitable<boost::json::value> {
        throw std::runtime_error("no token service");
        co_return nullptr;
      },
  };
  for (auto const& source : sources) {
    stage s;
    auto options = to(s);
    options.auth = source;
    auto const error = outcome(s, options, [&]() -> task<> {
      auto peer = co_await s.accept_engine();
      co_await peer->read_to_end();
    });
    BOOST_TEST((error == client_error::credentials_failed), error.message());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace uploadproto::net::test
