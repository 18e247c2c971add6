// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_future.hpp>
#include <uploadproto/socketio/client.hpp>

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

client_options to(stage const& s) {
  client_options options;
  options.url = s.url();
  options.transports = {client_transport::websocket};
  options.reconnection.delay = 1ms;
  options.reconnection.delay_max = 5ms;
  return options;
}

boost::json::object placeholder(int number) {
  return {{"_placeholder", true}, {"num", number}};
}

BOOST_AUTO_TEST_SUITE(client_exchange)

BOOST_AUTO_TEST_CASE(events_and_acks_both_ways_with_attachments) {
  stage s;
  s.play([&]() -> task<> {
    auto peer = co_await s.accept_socket();
    auto message = co_await peer->read_message();
    BOOST_TEST(message == R"(text 42["hi",1,"two"])");
    message = co_await peer->read_message();
    BOOST_TEST(message == R"(text 451-0["ask",{"_placeholder":true,"num":0}])");
    message = co_await peer->read_message();
    BOOST_TEST(message == "binary bytes");
    co_await peer->send(R"(461-0[{"_placeholder":true,"num":0}])");
    co_await peer->write(peer::frame("seteyb", wire::websocket::opcode::binary));
    co_await peer->send(R"(427["answer me"])");
    message = co_await peer->read_message();
    BOOST_TEST(message == R"(text 437["here"])");
    co_await peer->read_to_end();
  });
  s.play([&]() -> task<> {
    client c(s.loop.get_executor(), to(s));
    co_await c.async_connect(use_awaitable);
    BOOST_TEST(c.connected());
    BOOST_TEST(c.id() == "id");
    c.emit("hi", args(1, "two"));
    std::vector<std::string> files{"bytes"};
    auto asking = c.async_emit_with_ack("ask", args(placeholder(0)), files, 5s, use_awaitable);
    auto const ack = co_await std::move(asking);
    BOOST_TEST(ack.attachments.at(0) == "seteyb");
    auto event = co_await c.async_receive(use_awaitable);
    BOOST_TEST(event.name == "answer me");
    BOOST_TEST(event.wants_ack());
    auto const copy = event;
    BOOST_TEST(!copy.acknowledge(args("here")));
    BOOST_TEST(!event.acknowledge(args("twice")));  // has no effect
    co_await c.async_close(use_awaitable);
  });
  s.run();
}

BOOST_AUTO_TEST_CASE(named_handlers_take_their_events) {
  stage s;
  s.play([&]() -> task<> {
    auto peer = co_await s.accept_socket();
    for (auto const* packet : {R"(42["a",1])", R"(42["b"])", R"(42["a",2])", R"(42["end"])"}) {
      co_await peer->send(packet);
    }
    co_await peer->read_to_end();
  });
  s.play([&]() -> task<> {
    client c(s.loop.get_executor(), to(s));
    std::string seen;
    c.on("a", [&](client_event const& e) { seen += std::to_string(e.args.at(0).as_int64()); });
    co_await c.async_connect(use_awaitable);
    auto event = co_await c.async_receive(use_awaitable);
    BOOST_TEST(event.name == "b");
    event = co_await c.async_receive(use_awaitable);
    BOOST_TEST(event.name == "end");
    BOOST_TEST(seen == "12");
  });
  s.run();
}

BOOST_AUTO_TEST_CASE(callbacks_futures_and_deferred_operations_work_alike) {
  stage s;
  s.play([&]() -> task<> {
    auto peer = co_await s.accept_socket();
    co_await peer->send(R"(42["one"])");
    co_await peer->send(R"(42["two"])");
    co_await peer->read_to_end();
  });
  client c(s.loop.get_executor(), to(s));
  auto connected = c.async_connect(asio::use_future);
  std::vector<std::string> names;
  s.play([&]() -> task<> {
    auto receive = c.async_receive(asio::deferred);
    auto const event = co_await std::move(receive)(use_awaitable);
    names.push_back(event.name);
    c.async_receive([&](error_code error, client_event e) {
      BOOST_TEST(!error);
      names.push_back(e.name);
      c.async_close([](error_code) {});
    });
  });
  s.run();
  BOOST_TEST((connected.wait_for(0s) == std::future_status::ready));
  BOOST_TEST(names == (std::vector<std::string>{"one", "two"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_cut_connection_is_made_again_and_loses_nothing_that_waited) {
  stage s;
  std::vector<std::string> seen;
  s.play([&]() -> task<> {
    auto peer = co_await s.accept_socket();
    co_await peer->read_message();
    peer->close();
    for (int i = 0; i < 3; ++i) {  // attempts that fail in different ways
      auto failing = co_await s.accept();
      if (i == 1) {
        auto const r = co_await failing->read_request();
        co_await failing->answer(503, "busy");
      }
    }
    auto again = co_await s.accept_socket();
    auto const message = co_await again->read_message();
    BOOST_TEST(message == R"(text 42["while away"])");
    co_await again->send(R"(42["back"])");
    co_await again->read_to_end();
  });
  s.play([&]() -> task<> {
    client c(s.loop.get_executor(), to(s));
    int connects = 0;
    std::size_t attempts = 0;
    c.on_connect([&] { ++connects; });
    c.on_disconnect([&](error_code reason, bool reconnecting) {
      BOOST_TEST((reason == client_error::transport_close || reason == client_error::transport_error));
      BOOST_TEST(reconnecting);
      BOOST_TEST(!c.emit("while away"));
    });
    c.on_reconnect_attempt([&](std::size_t attempt, std::chrono::milliseconds) { attempts = attempt; });
    co_await c.async_connect(use_awaitable);
    c.emit("cut me");
    auto const event = co_await c.async_receive(use_awaitable);  // stays pending through it all
    BOOST_TEST(event.name == "back");
    BOOST_TEST(connects == 2);
    BOOST_TEST(attempts == 4u);
  });
  s.run();
}

BOOST_AUTO_TEST_CASE(an_ack_that_was_awaited_is_lost_with_the_connection) {
  stage s;
  s.play([&]() -> task<> {
    auto peer = co_await s.accept_socket();
    co_await peer->read_message();
    peer->close();
  });
  s.play([&]() -> task<> {
    client c(s.loop.get_executor(), to(s));
    co_await c.async_connect(use_awaitable);
    error_code error;
    auto asking = c.async_emit_with_ack("ask", args(), 10s, asio::redirect_error(use_awaitable, error));
    co_await std::move(asking);
    BOOST_TEST((error == client_error::ack_lost));
  });
  s.run();
}

BOOST_AUTO_TEST_CASE(an_ack_that_does_not_come_times_out) {
  stage s;
  s.play([&]() -> task<> {
    auto peer = co_await s.accept_socket();
    co_await peer->read_to_end();
  });
  s.play([&]() -> task<> {
    client c(s.loop.get_executor(), to(s));
    co_await c.async_connect(use_awaitable);
    error_code error;
    auto asking = c.async_emit_with_ack("ask", args(), 20ms, asio::redirect_error(use_awaitable, error));
    co_await std::move(asking);
    BOOST_TEST((error == client_error::ack_timeout));
    BOOST_TEST((error == client_condition::timed_out));
    BOOST_TEST(c.connected());
  });
  s.run();
}

BOOST_AUTO_TEST_CASE(attempts_that_are_used_up_end_what_waits) {
  stage s;
  auto options = to(s);
  options.reconnection.attempts = 2;
  s.play([&]() -> task<> {
    auto peer = co_await s.accept_socket();
    peer->close();
    for (int i = 0; i < 2; ++i) {
      auto failing = co_await s.accept();
      failing->close();
    }
  });
  s.play([&]() -> task<> {
    client c(s.loop.get_executor(), options);
    co_await c.async_connect(use_awaitable);
    error_code error;
    co_await c.async_receive(asio::redirect_error(use_awaitable, error));
    BOOST_TEST((error == client_condition::cannot_connect), error.message());
    BOOST_TEST((c.emit("x") == client_error::not_connected));
  });
  s.run();
}

BOOST_AUTO_TEST_CASE(a_server_that_disconnects_is_not_pestered) {
  stage s;
  s.play([&]() -> task<> {
    auto peer = co_await s.accept_socket();
    co_await peer->send(R"(42["last words"])");
    co_await peer->send("41");
    auto const message = co_await peer->read_message();
    BOOST_TEST(message == std::string("close \x03\xe8"));
    peer->close();
    auto again = co_await s.accept_socket();  // only because the user asks for it
    co_await again->read_to_end();
  });
  s.play([&]() -> task<> {
    client c(s.loop.get_executor(), to(s));
    co_await c.async_connect(use_awaitable);
    auto const event = co_await c.async_receive(use_awaitable);
    BOOST_TEST(event.name == "last words");
    error_code error;
    co_await c.async_receive(asio::redirect_error(use_awaitable, error));
    BOOST_TEST((error == client_error::server_disconnect));
    BOOST_TEST((error == client_condition::disconnected));
    co_await c.async_connect(use_awaitable);
    BOOST_TEST(c.connected());
  });
  s.run();
}

BOOST_AUTO_TEST_CASE(closing_says_goodbye_after_what_was_sent) {
  stage s;
  std::vector<std::string> heard;
  s.play([&]() -> task<> {
    auto peer = co_await s.accept_socket();
    for (std::string message; message != "end";) {
      message = co_await peer->read_message();
      heard.push_back(message);
      if (message.starts_with("close"))
        co_await peer->write(peer::frame("\x03\xe8", wire::websocket::opcode::close));
    }
  });
  s.play([&]() -> task<> {
    client c(s.loop.get_executor(), to(s));
    co_await c.async_connect(use_awaitable);
    for (int i = 0; i < 3; ++i) c.emit("n", args(i));
    co_await c.async_close(use_awaitable);
    BOOST_TEST(!c.connected());
    error_code error;
    co_await c.async_receive(asio::redirect_error(use_awaitable, error));
    BOOST_TEST((error == client_error::client_disconnect));
  });
  s.run();
  std::vector<std::string> const expected{R"(text 42["n",0])", R"(text 42["n",1])", R"(text 42["n",2])",
                                          "text 41",           "close \x03\xe8",    "end"};
  BOOST_TEST(heard == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(closing_does_not_wait_for_a_server_that_has_died) {
  stage s;
  auto options = to(s);
  options.close_timeout = 20ms;
  s.play([&]() -> task<> {
    auto peer = co_await s.accept_socket();
    co_await peer->read_to_end();  // never answers the close frame
  });
  s.play([&]() -> task<> {
    client c(s.loop.get_executor(), options);
    co_await c.async_connect(use_awaitable);
    co_await c.async_close(use_awaitable);
    BOOST_TEST(!c.connected());
  });
  s.run();
}

BOOST_AUTO_TEST_CASE(every_operation_can_be_cancelled_alone) {
  stage s;
  s.play([&]() -> task<> {
    auto peer = co_await s.accept_socket();
    auto const message = co_await peer->read_message();
    BOOST_TEST(message == R"(text 420["ask"])");
    co_await peer->send("430[]");
    co_await peer->send(R"(42["still here"])");
    co_await peer->read_to_end();
  });
  client c(s.loop.get_executor(), to(s));
  s.play([&]() -> task<> {
    co_await c.async_connect(use_awaitable);
    asio::cancellation_signal stop_receive, stop_ack;
    std::vector<error_code> ends;
    c.async_receive(asio::bind_cancellation_slot(
        stop_receive.slot(), [&](error_code error, client_event const&) { ends.push_back(error); }));
    c.async_emit_with_ack(
        "ask", args(), 10s,
        asio::bind_cancellation_slot(stop_ack.slot(),
                                     [&](error_code error, client_ack const&) { ends.push_back(error); }));
    stop_receive.emit(asio::cancellation_type::terminal);
    stop_ack.emit(asio::cancellation_type::total);
    auto const event = co_await c.async_receive(use_awaitable);
    BOOST_TEST(event.name == "still here");
    BOOST_REQUIRE(ends.size() == 2u);
    for (auto const& end : ends) BOOST_TEST((end == asio::error::operation_aborted));
    co_await c.async_close(use_awaitable);
  });
  s.run();
}

BOOST_AUTO_TEST_CASE(connecting_can_be_cancelled) {
  stage s;
  asio::cancellation_signal stop;
  s.play([&]() -> task<> {
    auto peer = co_await s.accept();
    stop.emit(asio::cancellation_type::terminal);
    co_await peer->read_to_end();  // which comes: the attempt is given up
  });
  client c(s.loop.get_executor(), to(s));
  error_code end;
  c.async_connect(asio::bind_cancellation_slot(stop.slot(), [&](error_code error) { end = error; }));
  s.run();
  BOOST_TEST((end == asio::error::operation_aborted));
}

BOOST_AUTO_TEST_CASE(destroying_a_client_ends_its_operations_and_silences_its_handlers) {
  stage s;
  bool destroyed = false;
  int late = 0;
  s.play([&]() -> task<> {
    auto peer = co_await s.accept_socket();
    co_await peer->send(R"(42["go"])");
    co_await peer->read_to_end();
  });
  std::vector<error_code> ends;
  auto c = std::make_unique<client>(s.loop.get_executor(), to(s));
  s.play([&]() -> task<> {
    c->on_disconnect([&](error_code, bool) { late += destroyed; });
    c->on("later", [&](client_event const&) { late += destroyed; });
    co_await c->async_connect(use_awaitable);
    co_await c->async_receive(use_awaitable);
    c->async_receive([&](error_code error, client_event const&) { ends.push_back(error); });
    c->async_emit_with_ack("ask", args(), 10s,
                           [&](error_code error, client_ack const&) { ends.push_back(error); });
    c.reset();
    destroyed = true;
  });
  s.run();
  s.loop.restart();
  s.loop.poll();
  BOOST_REQUIRE(ends.size() == 2u);
  BOOST_TEST((std::count(ends.begin(), ends.end(), make_error_code(client_error::client_disconnect)) +
                  std::count(ends.begin(), ends.end(), make_error_code(client_error::ack_lost)) ==
              2));
  BOOST_TEST(late == 0);
}

BOOST_AUTO_TEST_CASE(destroying_the_loop_destroys_clients_that_wait_on_it) {
  auto alive = std::make_shared<int>(0);
  {
    stage s;
    bool connected = false;
    asio::co_spawn(s.loop, s.accept_socket(), [](std::exception_ptr, std::unique_ptr<peer>) {});
    asio::co_spawn(
        s.loop,
        [&, alive]() -> task<> {
          client c(s.loop.get_executor(), to(s));
          co_await c.async_connect(use_awaitable);
          connected = true;
          co_await c.async_receive(use_awaitable);
        },
        [](std::exception_ptr) {});
    while (!connected) s.loop.run_one();
  }
  BOOST_TEST(alive.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(a_client_that_does_not_receive_makes_the_server_wait) {
  stage s;
  auto options = to(s);
  options.limits.max_receive_queue = 8;
  int const total = 3000;
  std::string const filling(10'000, 'x');
  int sent = 0;
  s.play([&]() -> task<> {
    auto peer = co_await s.accept_socket();
    for (; sent < total; ++sent)
      co_await peer->send(R"(42["n",)" + std::to_string(sent) + ",\"" + filling + "\"]");
    co_await peer->read_to_end();
  });
  s.play([&]() -> task<> {
    client c(s.loop.get_executor(), options);
    co_await c.async_connect(use_awaitable);
    asio::steady_timer calm(s.loop);
    // Wait until the server makes no progress any more.
    for (int before = -1; before != sent;) {
      before = sent;
      calm.expires_after(100ms);
      co_await calm.async_wait(use_awaitable);
    }
    BOOST_TEST(sent < total);
    for (int i = 0; i < total; ++i) {
      auto const event = co_await c.async_receive(use_awaitable);
      BOOST_REQUIRE(event.args.at(0).as_int64() == i);
    }
  });
  s.run();
}

// RFC 6455: what a server must not send, and the code that a client closes with.
BOOST_AUTO_TEST_CASE(broken_frames_are_answered_by_the_right_close_code) {
  struct {
    std::string bytes;
    unsigned code;
  } const cases[] = {
      {std::string("\x81\x81\x01\x02\x03\x04\x30", 7), 1002},  // masked
      {std::string("\xc1\x01\x32", 3), 1002},                  // RSV1 without an extension
      {std::string("\x83\x00", 2), 1002},                      // a reserved opcode
      {std::string("\x80\x01\x32", 3), 1002},                  // a continuation of nothing
      {std::string("\x09\x00", 2), 1002},                      // a fragmented ping
      {std::string("\x81\x02\xff\xfe", 4), 1007},              // no UTF-8
      {std::string("\x81\x7e\x03\xe9", 4), 1009},              // 1001 bytes
  };
  for (auto const& c : cases) {
    BOOST_TEST_CONTEXT("code " << c.code) {
      stage s;
      auto options = to(s);
      options.limits.max_message = 1000;
      options.reconnection.enabled = false;
      s.play([&]() -> task<> {
        auto peer = co_await s.accept_socket();
        co_await peer->write(c.bytes);
        auto const message = co_await peer->read_message();
        std::string expected = "close ";
        expected += static_cast<char>(c.code >> 8);
        expected += static_cast<char>(c.code & 255);
        BOOST_TEST(message == expected);
        co_await peer->read_to_end();
      });
      s.play([&]() -> task<> {
        client c2(s.loop.get_executor(), options);
        co_await c2.async_connect(use_awaitable);
        error_code error;
        co_await c2.async_receive(asio::redirect_error(use_awaitable, error));
        BOOST_TEST((error == client_error::transport_error), error.message());
      });
      s.run();
    }
  }
}

BOOST_AUTO_TEST_CASE(fragments_are_put_together_and_pings_between_them_answered) {
  stage s;
  s.play([&]() -> task<> {
    auto peer = co_await s.accept_socket();
    std::string const parts[] = {std::string("\x01\x04", 2) + "42[\"", std::string("\x89\x02hi", 4),
                                 std::string("\x00\x02sp", 4), std::string("\x80\x05lit\"]", 7)};
    for (auto const& part : parts) {
      for (char const byte : part) co_await peer->write(std::string(1, byte));
    }
    auto const message = co_await peer->read_message();
    BOOST_TEST(message == "pong hi");
    co_await peer->read_to_end();
  });
  s.play([&]() -> task<> {
    client c(s.loop.get_executor(), to(s));
    co_await c.async_connect(use_awaitable);
    auto const event = co_await c.async_receive(use_awaitable);
    BOOST_TEST(event.name == "split");
  });
  s.run();
}

BOOST_AUTO_TEST_CASE(two_namespaces_share_one_connection) {
  stage s;
  s.play([&]() -> task<> {
    auto peer = co_await s.accept_socket();
    auto message = co_await peer->read_message();
    BOOST_TEST(message == R"(text 40/b,{"token":"b"})");
    co_await peer->send(R"(40/b,{"sid":"two"})");
    co_await peer->send(R"(42/b,["to b"])");
    co_await peer->send(R"(42["to a"])");
    message = co_await peer->read_message();
    BOOST_TEST(message == "text 41/b,");
    co_await peer->read_to_end();
  });
  s.play([&]() -> task<> {
    client a(s.loop.get_executor(), to(s));
    co_await a.async_connect(use_awaitable);
    {
      auto auth = boost::json::value{{"token", "b"}};
      auto b = a.of("b", auth);
      co_await b.async_connect(use_awaitable);
      BOOST_TEST(b.id() == "two");
      auto const event = co_await b.async_receive(use_awaitable);
      BOOST_TEST(event.name == "to b");
      co_await b.async_close(use_awaitable);
    }
    auto const event = co_await a.async_receive(use_awaitable);
    BOOST_TEST(event.name == "to a");
  });
  s.run();
}

BOOST_AUTO_TEST_CASE(the_path_of_a_url_names_the_namespace) {
  stage s;
  auto options = to(s);
  options.url += "/admin";
  s.play([&]() -> task<> {
    auto peer = co_await s.accept_engine();
    auto const message = co_await peer->read_message();
    BOOST_TEST(message == "text 40/admin,");
    co_await peer->send(R"(40/admin,{"sid":"x"})");
    co_await peer->read_to_end();
  });
  s.play([&]() -> task<> {
    client c(s.loop.get_executor(), options);
    co_await c.async_connect(use_awaitable);
    BOOST_TEST(c.nsp() == "/admin");
  });
  s.run();
}

BOOST_AUTO_TEST_CASE(polling_connections_are_kept_and_replaced_when_they_are_gone) {
  stage s;
  auto options = to(s);
  options.transports = {client_transport::polling};
  s.play([&]() -> task<> {
    auto get = co_await s.accept();
    co_await get->read_request();
    co_await get->answer(200, handshake_ws);
    auto post = co_await s.accept();
    co_await post->read_request();
    co_await post->answer(200, "ok", "Connection: close\r\n");
    co_await get->read_request();
    co_await get->answer(200, R"(40{"sid":"id"})");
    co_await get->read_request();
    get->close();  // in the middle of a poll on a kept connection: it may simply be stale
    auto fresh = co_await s.accept();
    co_await fresh->read_request();
    co_await fresh->answer(200, R"(42["by the new one"])");
    auto second_post = co_await s.accept();
    auto const r = co_await second_post->read_request();
    BOOST_TEST(r.body == R"(42["thanks"])");
    co_await second_post->answer(200, "ok");
    auto const goodbye = co_await second_post->read_request();
    BOOST_TEST(goodbye.body.starts_with("41"));
    co_await second_post->answer(200, "ok");
    co_await fresh->read_request();
    co_await second_post->read_to_end();
  });
  s.play([&]() -> task<> {
    client c(s.loop.get_executor(), options);
    co_await c.async_connect(use_awaitable);
    auto const event = co_await c.async_receive(use_awaitable);
    BOOST_TEST(event.name == "by the new one");
    c.emit("thanks");
    error_code error;
    co_await c.async_close(asio::redirect_error(use_awaitable, error));
  });
  s.run();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace uploadproto::net::test
