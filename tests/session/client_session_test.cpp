// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <map>
#include <uploadproto/session/client_session.hpp>

#include "client_reading.hpp"

namespace uploadproto::session {
namespace {

using namespace std::chrono_literals;

error_code const cut = make_error_code(boost::system::errc::connection_reset);
std::string const open_packet =
    R"(0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})";

void check(lines const& found, lines const& expected) {
  BOOST_CHECK_EQUAL_COLLECTIONS(found.begin(), found.end(), expected.begin(), expected.end());
}

client_session_options websocket_only() {
  client_session_options options;
  options.transports = {client_transport::websocket};
  return options;
}

struct bench {
  explicit bench(client_session_options options = websocket_only())
      : session(std::move(options), [] { return 0.0; }) {}

  client_session session;
  client_session::time_point now{};
  client_session::output out;

  lines io() { return take(out.io); }
  lines events() { return take(out.events); }
  void forget() { out = {}; }

  void engine_opens() {
    session.websocket_opened(now, out);
    session.websocket_text(open_packet, now, out);
  }
  void joins(boost::json::value auth = nullptr) {
    session.authenticate("/", {}, std::move(auth), now, out);
    session.websocket_text(R"(40{"sid":"x"})", now, out);
  }
  void connected() {
    session.connect("/", now, out);
    engine_opens();
    joins();
    session.websocket_written(now, out);
    forget();
  }
  void passes(std::chrono::milliseconds time) {
    now += time;
    session.expire(now, out);
  }
};

BOOST_AUTO_TEST_SUITE(client_session_life)

BOOST_AUTO_TEST_CASE(connects_by_the_first_transport) {
  bench b;
  b.session.connect("/", b.now, b.out);
  check(b.io(), {"open websocket"});
  b.engine_opens();
  check(b.events(), {"auth? /"});
  b.joins();
  check(b.io(), {"text 40"});
  check(b.events(), {"connected / x"});
}

BOOST_AUTO_TEST_CASE(tries_the_next_transport_and_remembers_what_worked) {
  bench b{client_session_options()};
  b.session.connect("/", b.now, b.out);
  b.session.websocket_ended(client_error::unexpected_status, 400, b.now, b.out);
  check(b.io(), {"open websocket", "GET"});
  b.session.poll_answered(200, open_packet, b.now, b.out);
  b.session.authenticate("/", {}, nullptr, b.now, b.out);
  b.session.poll_answered(200, R"(40{"sid":"x"})", b.now, b.out);
  check(b.events(), {"auth? /", "connected / x"});
  b.forget();
  b.session.poll_failed(cut, b.now, b.out);
  check(b.events(), {"disconnected /: the connection broke", "attempt 1 in 1000"});
  b.forget();
  b.passes(1000ms);
  check(b.io(), {"GET"});
}

BOOST_AUTO_TEST_CASE(one_transport_an_attempt_where_that_is_asked_for) {
  client_session_options options;
  options.try_all_transports = false;
  bench b(options);
  b.session.connect("/", b.now, b.out);
  b.session.websocket_ended(cut, 0, b.now, b.out);
  check(b.io(), {"open websocket"});
  check(b.events(), {"attempt failed: " + reading(cut), "stopped: " + reading(cut)});
}

BOOST_AUTO_TEST_CASE(an_upgrade_is_remembered_where_that_is_asked_for) {
  for (bool const remembers : {false, true}) {
    BOOST_TEST_CONTEXT("remembers: " << remembers) {
      client_session_options options;
      options.transports = {client_transport::polling, client_transport::websocket};
      options.try_all_transports = false;
      options.remember_upgrade = remembers;
      bench b(options);
      b.session.connect("/", b.now, b.out);
      b.session.poll_answered(
          200, R"(0{"sid":"s","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000})", b.now,
          b.out);
      b.session.authenticate("/", {}, nullptr, b.now, b.out);
      b.session.post_answered(200, b.now, b.out);
      b.session.websocket_opened(b.now, b.out);
      b.session.websocket_text("3probe", b.now, b.out);
      b.session.poll_answered(200, R"(40{"sid":"x"})", b.now, b.out);
      check(b.events(), {"auth? /", "connected / x", "upgraded"});
      b.session.websocket_ended(cut, 0, b.now, b.out);
      b.forget();
      b.passes(1000ms);
      check(b.io(), {remembers ? "open websocket" : "GET"});
      if (!remembers) continue;
      b.session.websocket_ended(cut, 0, b.now, b.out);  // it is blocked by now: back to the first
      b.forget();
      b.passes(2000ms);
      check(b.io(), {"GET"});
    }
  }
}

BOOST_AUTO_TEST_CASE(a_first_connection_that_fails_is_reported_with_its_cause) {
  bench b{client_session_options()};
  b.session.connect("/", b.now, b.out);
  b.session.websocket_ended(cut, 0, b.now, b.out);
  b.session.poll_failed(cut, b.now, b.out);
  BOOST_TEST((b.out.events.back().error == cut));
  check(b.events(), {"attempt failed: " + reading(cut), "stopped: " + reading(cut)});
  BOOST_TEST(b.session.stopped());
}

BOOST_AUTO_TEST_CASE(a_first_connection_may_be_tried_again) {
  auto options = websocket_only();
  options.reconnection.first_attempt = true;
  options.reconnection.attempts = 2;
  bench b(options);
  b.session.connect("/", b.now, b.out);
  b.session.websocket_ended(cut, 0, b.now, b.out);
  b.passes(1000ms);
  b.session.websocket_ended(cut, 0, b.now, b.out);
  b.passes(2000ms);
  b.session.websocket_ended(cut, 0, b.now, b.out);
  check(b.events(),
        {"attempt failed: " + reading(cut), "attempt 1 in 1000", "attempt failed: " + reading(cut),
         "attempt 2 in 2000", "attempt failed: " + reading(cut), "stopped: " + reading(cut)});
}

BOOST_AUTO_TEST_CASE(every_step_of_connecting_is_bounded_in_time) {
  for (int silent_from = 0; silent_from < 4; ++silent_from) {
    BOOST_TEST_CONTEXT("silent from step " << silent_from) {
      bench b;
      b.session.connect("/", b.now, b.out);
      if (silent_from > 0) b.session.websocket_opened(b.now, b.out);
      if (silent_from > 1) b.session.websocket_text(open_packet, b.now, b.out);
      if (silent_from > 2) b.session.authenticate("/", {}, nullptr, b.now, b.out);
      b.forget();
      BOOST_TEST((b.session.deadline() == b.now + 20s));
      b.passes(20s);
      check(b.events(), {"attempt failed: the server did not answer in time",
                         "stopped: the server did not answer in time"});
      BOOST_TEST(b.io().back() == "drop websocket");
    }
  }
}

BOOST_AUTO_TEST_CASE(reconnects_with_growing_waits_until_it_succeeds) {
  bench b;
  b.connected();
  b.session.websocket_ended(client_error::transport_close, 0, b.now, b.out);
  check(b.events(), {"disconnected /: the server closed the connection", "attempt 1 in 1000"});
  b.passes(999ms);
  check(b.io(), {});
  b.passes(1ms);
  check(b.io(), {"open websocket"});
  b.session.websocket_ended(cut, 0, b.now, b.out);
  b.passes(2000ms);
  b.engine_opens();  // an engine alone is no success
  b.session.websocket_ended(cut, 0, b.now, b.out);
  b.forget();
  b.passes(4000ms);
  b.engine_opens();
  b.joins();
  check(b.events(), {"auth? /", "connected / x"});
  b.session.websocket_ended(cut, 0, b.now, b.out);
  check(b.events(), {"disconnected /: the connection broke", "attempt 1 in 1000"});
}

BOOST_AUTO_TEST_CASE(credentials_are_asked_for_at_every_attempt) {
  bench b;
  b.connected();
  for (int i = 0; i < 3; ++i) {
    b.session.websocket_ended(cut, 0, b.now, b.out);
    b.passes(1000ms);
    b.engine_opens();
    auto const did = b.events();
    BOOST_TEST((std::count(did.begin(), did.end(), "auth? /") == 1));
    b.joins();
    b.forget();
  }
}

// CO-13: a refusal for bad credentials is not retried with the same credentials.
BOOST_AUTO_TEST_CASE(a_refused_reconnection_ends_when_the_credentials_stay_the_same) {
  bench b;
  b.connected();
  b.session.websocket_ended(cut, 0, b.now, b.out);
  b.passes(1000ms);
  b.engine_opens();
  b.session.authenticate("/", {}, boost::json::object{{"token", "old"}}, b.now, b.out);
  b.session.websocket_written(b.now, b.out);
  b.forget();
  b.session.websocket_text(R"(44{"message":"expired"})", b.now, b.out);
  check(b.events(), {"refused / expired (again later)", "attempt 2 in 2000"});
  b.passes(2000ms);
  check(b.events(), {"auth? /"});
  b.session.authenticate("/", {}, boost::json::object{{"token", "old"}}, b.now, b.out);
  check(b.events(), {"refused / expired"});
  check(b.io(), {"close websocket"});
  b.session.websocket_ended(client_error::transport_close, 0, b.now, b.out);
  check(b.events(), {"stopped: disconnected by this client"});
}

BOOST_AUTO_TEST_CASE(a_refused_reconnection_goes_on_with_fresh_credentials) {
  bench b;
  b.connected();
  b.session.websocket_ended(cut, 0, b.now, b.out);
  b.passes(1000ms);
  b.engine_opens();
  b.session.authenticate("/", {}, boost::json::object{{"token", "old"}}, b.now, b.out);
  b.session.websocket_text(R"(44{"message":"expired"})", b.now, b.out);
  b.passes(2000ms);
  b.forget();
  b.joins(boost::json::object{{"token", "new"}});
  check(b.events(), {"connected / x"});
}

BOOST_AUTO_TEST_CASE(a_refused_first_connection_is_reported_and_over) {
  bench b;
  b.session.connect("/", b.now, b.out);
  b.engine_opens();
  b.session.authenticate("/", {}, nullptr, b.now, b.out);
  b.session.websocket_written(b.now, b.out);
  b.forget();
  b.session.websocket_text(R"(44{"message":"Invalid namespace"})", b.now, b.out);
  check(b.events(), {"refused / Invalid namespace"});
  check(b.io(), {"close websocket"});
}

BOOST_AUTO_TEST_CASE(patience_with_the_first_connection_does_not_repeat_a_refusal) {
  auto options = websocket_only();
  options.reconnection.first_attempt = true;
  bench b(options);
  b.session.connect("/", b.now, b.out);
  b.engine_opens();
  b.session.authenticate("/", {}, nullptr, b.now, b.out);
  b.forget();
  b.session.websocket_text(R"(44{"message":"no"})", b.now, b.out);
  check(b.events(), {"refused / no"});
}

BOOST_AUTO_TEST_CASE(reasons_have_the_words_of_the_reference) {
  BOOST_TEST(disconnect_text(client_error::server_disconnect) == "io server disconnect");
  BOOST_TEST(disconnect_text(client_error::client_disconnect) == "io client disconnect");
  BOOST_TEST(disconnect_text(client_error::ping_timeout) == "ping timeout");
  BOOST_TEST(disconnect_text(client_error::transport_close) == "transport close");
  BOOST_TEST(disconnect_text(client_error::parse_error) == "parse error");
  BOOST_TEST(disconnect_text(client_error::transport_error) == "transport error");
  BOOST_TEST(disconnect_text(cut) == "transport error");
}

BOOST_AUTO_TEST_CASE(http_401_and_403_are_not_tried_again) {
  bench b;
  b.connected();
  b.session.websocket_ended(cut, 0, b.now, b.out);
  b.passes(1000ms);
  b.forget();
  b.session.websocket_ended(client_error::unauthorized, 401, b.now, b.out);
  check(b.events(),
        {"attempt failed: the server answered 401 or 403", "stopped: the server answered 401 or 403"});
}

BOOST_AUTO_TEST_CASE(credentials_that_cannot_be_had_refuse_the_connection) {
  bench b;
  b.session.connect("/", b.now, b.out);
  b.engine_opens();
  b.forget();
  b.session.authenticate("/", client_error::credentials_failed, nullptr, b.now, b.out);
  BOOST_TEST((b.out.events.front().error == client_error::credentials_failed));
  bench odd;
  odd.session.connect("/", odd.now, odd.out);
  odd.engine_opens();
  odd.forget();
  odd.session.authenticate("/", {}, "not an object", odd.now, odd.out);
  BOOST_TEST((odd.out.events.front().error == client_error::credentials_failed));
}

BOOST_AUTO_TEST_CASE(a_server_that_disconnects_the_last_namespace_is_left) {
  bench b;
  b.connected();
  b.session.websocket_text("41", b.now, b.out);
  check(b.events(), {"disconnected /: the server disconnected the namespace"});
  check(b.io(), {"close websocket"});
  b.session.websocket_ended(client_error::transport_close, 0, b.now, b.out);
  check(b.events(), {"stopped: disconnected by this client"});
}

BOOST_AUTO_TEST_CASE(disconnecting_sends_what_waits_says_goodbye_and_stops) {
  bench b;
  b.connected();
  b.session.emit("/", "a", {}, {}, false, b.now, b.out);
  b.session.emit("/", "b", {}, {}, false, b.now, b.out);
  b.session.disconnect("/", b.now, b.out);
  check(b.io(), {R"(text 42["a"])"});
  b.session.websocket_written(b.now, b.out);
  b.session.websocket_written(b.now, b.out);
  check(b.io(), {R"(text 42["b"])", "text 41", "close websocket"});
  b.session.websocket_ended(client_error::transport_close, 0, b.now, b.out);
  check(b.events(), {"disconnected /: disconnected by this client", "stopped: disconnected by this client"});
}

BOOST_AUTO_TEST_CASE(disconnecting_ends_the_wait_for_the_next_attempt) {
  bench b;
  b.connected();
  b.session.websocket_ended(cut, 0, b.now, b.out);
  b.forget();
  b.session.disconnect("/", b.now, b.out);
  check(b.events(), {"stopped: disconnected by this client"});
  BOOST_TEST(!b.session.deadline());
}

BOOST_AUTO_TEST_CASE(connecting_again_while_the_old_connection_closes) {
  bench b;
  b.connected();
  b.session.disconnect("/", b.now, b.out);
  b.session.websocket_written(b.now, b.out);
  b.session.connect("/", b.now, b.out);
  b.forget();
  b.session.websocket_ended(client_error::transport_close, 0, b.now, b.out);
  check(b.io(), {"open websocket"});
  b.engine_opens();
  b.joins();
  BOOST_TEST(b.session.connected("/"));
}

BOOST_AUTO_TEST_CASE(several_namespaces_share_the_connection) {
  bench b;
  b.connected();
  b.session.connect("/b", b.now, b.out);
  b.session.authenticate("/b", {}, nullptr, b.now, b.out);
  b.session.websocket_written(b.now, b.out);
  b.session.websocket_text(R"(40/b,{"sid":"y"})", b.now, b.out);
  check(b.events(), {"auth? /b", "connected /b y"});
  check(b.io(), {"text 40/b,"});
  b.session.disconnect("/", b.now, b.out);
  BOOST_TEST(b.session.connected("/b"));
  b.session.websocket_ended(cut, 0, b.now, b.out);
  b.passes(1000ms);
  b.forget();
  b.engine_opens();
  check(b.events(), {"auth? /b"});
}

BOOST_AUTO_TEST_CASE(volatile_events_leave_now_or_never) {
  bench b;
  b.session.connect("/", b.now, b.out);
  b.session.emit("/", "early", {}, {}, true, b.now, b.out);
  b.engine_opens();
  b.joins();
  b.session.websocket_written(b.now, b.out);
  b.forget();
  b.session.emit("/", "now", {}, {}, true, b.now, b.out);
  b.session.emit("/", "never", {}, {}, true, b.now, b.out);
  b.session.websocket_written(b.now, b.out);
  check(b.io(), {R"(text 42["now"])"});
}

BOOST_AUTO_TEST_CASE(events_that_came_with_the_end_are_delivered_before_it) {
  auto options = websocket_only();
  options.transports = {client_transport::polling};
  bench b(options);
  b.session.connect("/", b.now, b.out);
  b.session.poll_answered(200, open_packet, b.now, b.out);
  b.session.authenticate("/", {}, nullptr, b.now, b.out);
  b.forget();
  b.session.poll_answered(200,
                          "40{\"sid\":\"x\"}\x1e"
                          "42[\"last\"]\x1e"
                          "1",
                          b.now, b.out);
  check(b.events(), {"connected / x", R"(event / ["last"])",
                     "disconnected /: the server closed the connection", "attempt 1 in 1000"});
}

// Every step of a life failed once, in every way: whatever was asked for gets exactly one outcome, and a
// session that is told to stop stops.
BOOST_AUTO_TEST_CASE(whatever_fails_wherever_nothing_is_left_waiting) {
  using step = std::function<void(bench&)>;
  std::vector<step> const life = {
      [](bench& b) { b.session.connect("/", b.now, b.out); },
      [](bench& b) { b.session.emit_with_ack("/", "early", {}, {}, 1, std::nullopt, b.now, b.out); },
      [](bench& b) { b.session.websocket_opened(b.now, b.out); },
      [](bench& b) { b.session.websocket_text(open_packet, b.now, b.out); },
      [](bench& b) { b.session.authenticate("/", {}, nullptr, b.now, b.out); },
      [](bench& b) { b.session.websocket_text(R"(40{"sid":"x","pid":"p"})", b.now, b.out); },
      [](bench& b) { b.session.websocket_written(b.now, b.out); },
      [](bench& b) { b.session.emit_with_ack("/", "asks", {}, {}, 2, 100ms, b.now, b.out); },
      [](bench& b) { b.session.emit_with_ack("/", "also", {}, {"bytes"}, 3, std::nullopt, b.now, b.out); },
      [](bench& b) { b.session.websocket_text("30[]", b.now, b.out); },
      [](bench& b) { b.session.websocket_written(b.now, b.out); },
      [](bench& b) { b.session.websocket_text(R"(42["news"])", b.now, b.out); },
      [](bench& b) { b.session.websocket_text("31[]", b.now, b.out); },
      [](bench& b) { b.session.websocket_text("2", b.now, b.out); },
      [](bench& b) { b.session.websocket_written(b.now, b.out); },
  };
  std::vector<step> const failures = {
      [](bench& b) { b.session.websocket_ended(cut, 0, b.now, b.out); },
      [](bench& b) { b.session.websocket_ended(client_error::transport_close, 0, b.now, b.out); },
      [](bench& b) { b.session.websocket_ended(client_error::unauthorized, 403, b.now, b.out); },
      [](bench& b) { b.session.websocket_text("junk", b.now, b.out); },
      [](bench& b) { b.session.websocket_text("41", b.now, b.out); },
      [](bench& b) { b.session.websocket_text("4junk", b.now, b.out); },
      [](bench& b) { b.session.websocket_text("1", b.now, b.out); },
      [](bench& b) { b.session.websocket_text(R"(44{"message":"no"})", b.now, b.out); },
      [](bench& b) { b.session.authenticate("/", client_error::credentials_failed, nullptr, b.now, b.out); },
      [](bench& b) { b.session.disconnect("/", b.now, b.out); },
      [](bench& b) { b.session.abort(client_error::client_disconnect, b.now, b.out); },
      [](bench& b) { b.passes(25s); },
      [](bench& b) { b.passes(100s); },
  };
  for (std::size_t at = 0; at <= life.size(); ++at) {
    for (std::size_t how = 0; how < failures.size(); ++how) {
      BOOST_TEST_CONTEXT("step " << at << ", failure " << how) {
        auto options = websocket_only();
        options.reconnection.attempts = 2;
        bench b(options);
        std::map<std::uint64_t, int> outcomes;
        bool asked[4] = {};
        int begun = 0, stopped = 0;
        auto const look = [&] {
          for (auto const& event : b.out.events) {
            if (event.what == socketio_client_action::kind::acked ||
                event.what == socketio_client_action::kind::ack_failed) {
              ++outcomes[event.ticket];
            }
            if (event.what == socketio_client_action::kind::stopped) ++stopped;
          }
          b.forget();
        };
        auto const run = [&](std::size_t i) {
          if (i == 1 || i == 7 || i == 8) {
            std::uint64_t const ticket = i == 1 ? 1 : i - 5;
            auto const error =
                b.session.emit_with_ack("/", "asks", {}, {}, ticket, std::nullopt, b.now, b.out);
            asked[ticket] = !error;
          } else {
            if (i == 0) ++begun;
            life[i](b);
          }
          look();
        };
        for (std::size_t i = 0; i < at; ++i) run(i);
        failures[how](b);
        look();
        for (std::size_t i = std::max<std::size_t>(at, 1); i < life.size(); ++i) run(i);
        for (int i = 0; i < 20 && b.session.deadline(); ++i) {
          b.now = std::max(b.now, *b.session.deadline());
          b.session.expire(b.now, b.out);
          look();
        }
        b.session.abort(client_error::client_disconnect, b.now, b.out);
        look();
        for (std::uint64_t ticket = 1; ticket < 4; ++ticket) {
          BOOST_TEST(outcomes[ticket] == (asked[ticket] ? 1 : 0), "ticket " << ticket);
        }
        BOOST_TEST(stopped == begun);
        BOOST_TEST(b.session.stopped());
        BOOST_TEST(!b.session.deadline());
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace uploadproto::session
