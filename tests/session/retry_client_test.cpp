// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>
#include <uploadproto/session/client_session.hpp>

#include "client_reading.hpp"

namespace uploadproto::session {
namespace {

using namespace std::chrono_literals;

error_code const cut = make_error_code(boost::system::errc::connection_reset);

void check(lines const& found, lines const& expected) {
  BOOST_CHECK_EQUAL_COLLECTIONS(found.begin(), found.end(), expected.begin(), expected.end());
}

client_session_options retrying(std::size_t retries) {
  client_session_options options;
  options.transports = {client_transport::websocket};
  options.retry.retries = retries;
  options.retry.ack_timeout = 100ms;
  return options;
}

struct bench {
  explicit bench(client_session_options options = retrying(2))
      : session(std::move(options), [] { return 0.0; }) {}

  client_session session;
  client_session::time_point now{};
  client_session::output out;

  lines events() { return take(out.events); }
  /** What was sent; all of it has left by then. */
  lines sent() {
    lines found;
    do {
      for (auto& line : take(out.io)) found.push_back(std::move(line));
      session.websocket_written(now, out);
    } while (!out.io.empty());
    return found;
  }
  void connects() {
    session.websocket_opened(now, out);
    session.websocket_text(
        R"(0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})", now,
        out);
    session.authenticate("/", {}, nullptr, now, out);
    session.websocket_text(R"(40{"sid":"x"})", now, out);
  }
  void connected() {
    session.connect("/", now, out);
    connects();
    sent();
    events();
  }
  error_code emit(std::string_view name) { return session.emit("/", name, {}, {}, false, now, out); }
  error_code ask(std::string_view name, std::uint64_t ticket) {
    return session.emit_with_ack("/", name, {}, {}, ticket, std::nullopt, now, out);
  }
  void receives(std::string_view text) { session.websocket_text(text, now, out); }
  void passes(std::chrono::milliseconds time) {
    now += time;
    session.expire(now, out);
  }
  void loses_and_regains_the_connection() {
    session.websocket_ended(cut, 0, now, out);
    passes(1000ms);
    out.io.clear();
    connects();
    events();
  }
};

BOOST_AUTO_TEST_SUITE(client_retries)

BOOST_AUTO_TEST_CASE(one_event_is_under_way_and_the_next_waits_for_its_answer) {
  bench b;
  b.connected();
  b.emit("one");
  b.ask("two", 7);
  b.emit("three");
  check(b.sent(), {R"(text 420["one"])"});
  b.receives("430[]");
  check(b.sent(), {R"(text 421["two"])"});
  b.receives(R"(431["yes"])");
  check(b.events(), {R"(acked 7 ["yes"])"});
  check(b.sent(), {R"(text 422["three"])"});
}

BOOST_AUTO_TEST_CASE(an_event_without_an_answer_is_sent_again_and_then_given_up) {
  bench b;
  b.connected();
  b.ask("asks", 7);
  b.emit("next");
  check(b.sent(), {R"(text 420["asks"])"});
  b.passes(100ms);
  check(b.sent(), {R"(text 421["asks"])"});
  b.receives("430[]");  // the answer to the first try comes too late
  b.passes(100ms);
  check(b.sent(), {R"(text 422["asks"])"});
  check(b.events(), {});
  b.passes(100ms);
  check(b.events(), {"no ack 7: the acknowledgement did not come in time"});
  check(b.sent(), {R"(text 423["next"])"});
}

BOOST_AUTO_TEST_CASE(a_cut_is_a_try_that_failed_and_the_order_stays) {
  bench b;
  b.connected();
  b.ask("one", 1);
  b.ask("two", 2);
  b.sent();
  b.loses_and_regains_the_connection();
  check(b.sent(), {"text 40", R"(text 421["one"])"});
  b.receives("431[]");
  check(b.events(), {"acked 1 []"});
  check(b.sent(), {R"(text 422["two"])"});
  for (int i = 0; i < 2; ++i) {
    b.loses_and_regains_the_connection();
    b.sent();
  }
  b.session.websocket_ended(cut, 0, b.now, b.out);
  check(b.events(), {"disconnected /: the connection broke",
                     "no ack 2: disconnected before the acknowledgement came", "attempt 1 in 1000"});
}

BOOST_AUTO_TEST_CASE(no_try_is_spent_while_there_is_no_connection) {
  bench b;
  b.connected();
  b.session.websocket_ended(cut, 0, b.now, b.out);
  b.ask("kept", 1);
  b.events();
  b.passes(900ms);
  check(b.events(), {});
  b.passes(100ms);
  b.out.io.clear();
  b.connects();
  check(b.sent(), {"text 40", R"(text 420["kept"])"});
}

BOOST_AUTO_TEST_CASE(without_a_time_limit_a_try_waits_for_the_connection_to_end) {
  auto options = retrying(1);
  options.retry.ack_timeout.reset();
  bench b(options);
  b.connected();
  b.ask("patient", 1);
  b.sent();
  b.passes(20s);
  check(b.sent(), {});
  check(b.events(), {});
}

BOOST_AUTO_TEST_CASE(the_time_limit_of_one_event_goes_before_the_common_one) {
  bench b;
  b.connected();
  b.session.emit_with_ack("/", "slow", {}, {}, 1, 500ms, b.now, b.out);
  b.sent();
  b.passes(499ms);
  check(b.sent(), {});
  b.passes(1ms);
  check(b.sent(), {R"(text 421["slow"])"});
}

BOOST_AUTO_TEST_CASE(a_cancelled_event_makes_room_for_the_next) {
  bench b;
  b.connected();
  b.ask("one", 1);
  b.ask("two", 2);
  b.emit("three");
  b.sent();
  b.session.cancel_ack(2, b.now, b.out);
  check(b.sent(), {});
  b.session.cancel_ack(1, b.now, b.out);
  check(b.sent(), {R"(text 421["three"])"});
  check(b.events(), {});
}

BOOST_AUTO_TEST_CASE(volatile_events_do_not_queue) {
  bench b;
  b.connected();
  b.emit("waits for its answer");
  b.sent();
  b.session.emit("/", "now", {}, {}, true, b.now, b.out);
  check(b.sent(), {R"(text 42["now"])"});
}

BOOST_AUTO_TEST_CASE(attachments_are_sent_with_every_try) {
  bench b;
  b.connected();
  b.session.emit("/", "file", {}, {"bytes"}, false, b.now, b.out);
  lines const first = b.sent();
  b.passes(100ms);
  check(first, {R"(text 451-0["file"])", "binary bytes"});
  check(b.sent(), {R"(text 451-1["file"])", "binary bytes"});
}

BOOST_AUTO_TEST_CASE(what_waits_is_bounded_and_what_is_no_event_is_refused_at_once) {
  auto options = retrying(1);
  options.socket.max_send_buffer = 30;
  bench b(options);
  BOOST_TEST((b.emit("x") == client_error::not_connected));
  b.session.connect("/", b.now, b.out);
  BOOST_TEST((b.emit("disconnect") == client_error::reserved_event));
  BOOST_TEST(!b.emit("0123456789"));
  BOOST_TEST((b.ask("0123456789", 1) == client_error::send_buffer_full));
  b.connects();
  b.sent();
  b.receives("430[]");
  BOOST_TEST(!b.ask("0123456789", 1));
}

BOOST_AUTO_TEST_CASE(leaving_ends_everything_once) {
  for (auto const* how : {"leave", "41", R"(44{"message":"no"})", "abort"}) {
    BOOST_TEST_CONTEXT(how) {
      bench b;
      if (std::string_view(how).starts_with("44")) {
        b.session.connect("/", b.now, b.out);
        b.session.websocket_opened(b.now, b.out);
        b.receives(R"(0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000})");
        b.session.authenticate("/", {}, nullptr, b.now, b.out);
      } else {
        b.connected();
      }
      b.ask("one", 1);
      b.emit("silent");
      b.ask("two", 2);
      b.events();
      if (std::string_view(how) == "leave") {
        b.session.disconnect("/", b.now, b.out);
      } else if (std::string_view(how) == "abort") {
        b.session.abort(client_error::client_disconnect, b.now, b.out);
      } else {
        b.receives(how);
      }
      lines lost;
      for (auto& line : b.events()) {
        if (line.starts_with("no ack")) lost.push_back(line);
      }
      check(lost, {"no ack 1: disconnected before the acknowledgement came",
                   "no ack 2: disconnected before the acknowledgement came"});
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace uploadproto::session
