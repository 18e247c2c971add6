// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <uploadproto/session/engineio_client.hpp>

#include "client_reading.hpp"

namespace uploadproto::session {
namespace {

using namespace std::chrono_literals;
error_code const cut = make_error_code(boost::system::errc::connection_reset);

constexpr auto polling = client_transport::polling;
constexpr auto websocket = client_transport::websocket;

std::string open_packet(std::string const& upgrades, std::size_t max_payload = 1000000) {
  return R"(0{"sid":"s1","upgrades":[)" + upgrades +
         R"(],"pingInterval":300,"pingTimeout":200,"maxPayload":)" + std::to_string(max_payload) + "}";
}

/** A client, a clock that the test moves, and what the client asked for since the last look. */
struct bench {
  explicit bench(engineio_client_options options = {}) : engine(options) {}

  engineio_client engine;
  engineio_client::time_point now{};
  engineio_client::actions out;

  lines did() { return take(out); }

  void open_polling(std::string const& upgrades = "", std::size_t max_payload = 1000000) {
    engine.open(polling, out);
    engine.poll_answered(200, open_packet(upgrades, max_payload), now, out);
    out.clear();
  }
  void open_websocket() {
    engine.open(websocket, out);
    engine.websocket_opened(now, out);
    engine.websocket_text(open_packet(""), now, out);
    out.clear();
  }
  /** Up to the point where the probe was answered and nothing is sent until polling rests. */
  void pause_for_upgrade() {
    open_polling(R"("websocket")");
    engine.websocket_opened(now, out);
    engine.websocket_text("3probe", now, out);
    out.clear();
  }
};

void check(lines const& found, lines const& expected) {
  BOOST_CHECK_EQUAL_COLLECTIONS(found.begin(), found.end(), expected.begin(), expected.end());
}

BOOST_AUTO_TEST_SUITE(engineio_client_session)

BOOST_AUTO_TEST_CASE(polling_opens_and_keeps_a_get_waiting) {
  bench b;
  b.engine.open(polling, b.out);
  check(b.did(), {"GET"});
  b.engine.poll_answered(200, open_packet("") + "\x1e" + "4hi", b.now, b.out);
  check(b.did(), {"opened", "got hi", "GET"});
  BOOST_TEST(b.engine.sid() == "s1");
}

BOOST_AUTO_TEST_CASE(websocket_opens_with_the_handshake_packet_not_with_the_101) {
  bench b;
  b.engine.open(websocket, b.out);
  check(b.did(), {"open websocket"});
  b.engine.websocket_opened(b.now, b.out);
  check(b.did(), {});
  b.engine.websocket_text(open_packet(R"("websocket")"), b.now, b.out);
  check(b.did(), {"opened"});  // no probe: it is there already
}

BOOST_AUTO_TEST_CASE(a_ping_is_answered_and_moves_the_deadline) {
  bench b;
  b.open_websocket();
  BOOST_TEST((b.engine.deadline() == b.now + 500ms));
  b.now += 300ms;
  b.engine.websocket_text("2", b.now, b.out);
  check(b.did(), {"text 3"});
  BOOST_TEST((b.engine.deadline() == b.now + 500ms));
}

// A server that sends pings and takes nothing would fill the client's memory with pongs.
BOOST_AUTO_TEST_CASE(a_flood_of_pings_leaves_one_pong_waiting) {
  bench b;
  b.open_polling();
  b.engine.send("a", false, b.out);
  check(b.did(), {"POST 4a"});
  std::string flood = "2";
  for (int i = 0; i < 1000; ++i)
    flood +=
        "\x1e"
        "2";
  b.engine.poll_answered(200, flood, b.now, b.out);
  b.engine.send("b", false, b.out);
  b.engine.poll_answered(200, "2", b.now, b.out);
  b.out.clear();
  b.engine.post_answered(200, b.now, b.out);
  check(b.did(), {"POST 3\x1e"
                  "4b\x1e"
                  "3"});
}

BOOST_AUTO_TEST_CASE(only_pings_keep_a_session_alive) {
  bench b;
  b.open_websocket();
  b.now += 499ms;
  b.engine.websocket_text("4still here", b.now, b.out);
  b.engine.websocket_text("6", b.now, b.out);
  b.engine.expire(b.now, b.out);
  check(b.did(), {"got still here"});
  b.now += 1ms;
  b.engine.expire(b.now, b.out);
  check(b.did(), {"drop websocket", "closed: no ping from the server in time"});
}

BOOST_AUTO_TEST_CASE(one_post_at_a_time_carries_what_has_gathered) {
  bench b;
  b.open_polling();
  b.engine.send("a", false, b.out);
  b.engine.send("b", false, b.out);
  b.engine.send(std::string("\x01\x02\x03", 3), true, b.out);
  check(b.did(), {"POST 4a"});
  b.engine.post_answered(200, b.now, b.out);
  check(b.did(), {"POST 4b\x1e"
                  "bAQID"});
  BOOST_TEST(!b.engine.writable());
  b.engine.post_answered(200, b.now, b.out);
  BOOST_TEST(b.engine.writable());
}

BOOST_AUTO_TEST_CASE(a_post_stays_within_max_payload_and_a_single_packet_goes_anyway) {
  bench b;
  b.open_polling("", 10);
  b.engine.send("x", false, b.out);
  for (auto const* text : {"123", "45", "6", "much longer than ten", "z"}) b.engine.send(text, false, b.out);
  b.engine.post_answered(200, b.now, b.out);
  b.engine.post_answered(200, b.now, b.out);
  b.engine.post_answered(200, b.now, b.out);
  b.engine.post_answered(200, b.now, b.out);
  // "4123" RS "445" is 8 bytes; RS "46" would make 11.
  check(b.did(), {"POST 4x",
                  "POST 4123\x1e"
                  "445",
                  "POST 46", "POST 4much longer than ten", "POST 4z"});
}

BOOST_AUTO_TEST_CASE(websocket_writes_wait_for_the_writes_before_them) {
  bench b;
  b.open_websocket();
  b.engine.send("a", false, b.out);
  b.engine.send("b", false, b.out);
  b.engine.send("raw", true, b.out);
  check(b.did(), {"text 4a"});
  BOOST_TEST(b.engine.waiting_bytes() == 4u);
  b.engine.websocket_written(b.out);
  check(b.did(), {"text 4b", "binary raw"});
}

BOOST_AUTO_TEST_CASE(bytes_arrive_as_frames_and_as_base64) {
  bench b;
  b.open_websocket();
  b.engine.websocket_binary("raw", b.now, b.out);
  b.engine.websocket_text("bAQID", b.now, b.out);
  check(b.did(), {"got bytes raw", "got bytes \x01\x02\x03"});
}

BOOST_AUTO_TEST_CASE(the_send_buffer_is_bounded) {
  engineio_client_options options;
  options.max_send_buffer = 4;
  bench b(options);
  BOOST_TEST((b.engine.send("x", false, b.out) == client_error::not_connected));
  b.open_websocket();
  BOOST_TEST(!b.engine.send("1234", false, b.out));  // leaves at once
  BOOST_TEST(!b.engine.send("1234", false, b.out));
  BOOST_TEST((b.engine.send("5", false, b.out) == client_error::send_buffer_full));
}

BOOST_AUTO_TEST_CASE(text_that_polling_cannot_frame_is_refused) {
  bench b;
  b.open_polling();
  BOOST_TEST((b.engine.send("a\x1e"
                            "b",
                            false, b.out) == client_error::bad_arguments));
}

// WIRE 1.7.
BOOST_AUTO_TEST_CASE(upgrade_probes_waits_for_polling_to_rest_and_moves) {
  bench b;
  b.engine.open(polling, b.out);
  b.engine.poll_answered(200, open_packet(R"("websocket")"), b.now, b.out);
  check(b.did(), {"GET", "opened", "open websocket", "GET"});
  b.engine.websocket_opened(b.now, b.out);
  check(b.did(), {"text 2probe"});
  b.engine.send("before", false, b.out);
  check(b.did(), {"POST 4before"});  // polling works on while the probe is out
  b.engine.websocket_text("3probe", b.now, b.out);
  b.engine.send("during", false, b.out);
  check(b.did(), {});
  b.engine.poll_answered(200, "6", b.now, b.out);
  check(b.did(), {});  // the POST is still under way
  b.engine.post_answered(200, b.now, b.out);
  check(b.did(), {"text 5", "upgraded"});
  BOOST_TEST((b.engine.transport() == websocket));
  b.engine.websocket_written(b.out);
  check(b.did(), {"text 4during"});
  b.engine.websocket_text("4after", b.now, b.out);
  check(b.did(), {"got after"});
}

BOOST_AUTO_TEST_CASE(messages_that_come_by_the_last_poll_are_delivered) {
  bench b;
  b.pause_for_upgrade();
  b.engine.poll_answered(200,
                         "4late\x1e"
                         "6",
                         b.now, b.out);
  check(b.did(), {"got late", "text 5", "upgraded"});
}

BOOST_AUTO_TEST_CASE(a_failed_probe_leaves_polling_as_it_was) {
  for (int way = 0; way < 5; ++way) {
    BOOST_TEST_CONTEXT("way " << way) {
      engineio_client_options options;
      options.upgrade_timeout = 100ms;
      bench b(options);
      b.open_polling(R"("websocket")");
      switch (way) {
        case 0:
          b.engine.websocket_ended(client_error::unexpected_status, 400, b.out);
          break;
        case 1:
          b.engine.websocket_opened(b.now, b.out);
          b.engine.websocket_text("3other", b.now, b.out);
          break;
        case 2:
          b.engine.websocket_opened(b.now, b.out);
          b.engine.websocket_binary("3probe", b.now, b.out);
          break;
        case 3:
          b.now += 100ms;
          b.engine.expire(b.now, b.out);
          break;
        default:
          b.engine.websocket_opened(b.now, b.out);
          b.engine.websocket_ended(cut, 0, b.out);
      }
      auto const did = b.did();
      BOOST_TEST((std::find(did.begin(), did.end(), "upgrade failed") != did.end()));
      BOOST_TEST(b.engine.is_open());
      b.engine.send("on", false, b.out);
      check(b.did(), {"POST 4on"});
      b.engine.poll_answered(200, "4in", b.now, b.out);
      check(b.did(), {"got in", "GET"});
    }
  }
}

BOOST_AUTO_TEST_CASE(a_probe_lost_while_polling_rests_resumes_polling) {
  bench b;
  b.pause_for_upgrade();
  b.engine.send("held", false, b.out);
  b.engine.websocket_ended(cut, 0, b.out);
  check(b.did(), {"upgrade failed", "POST 4held"});  // the GET is still out
}

BOOST_AUTO_TEST_CASE(no_upgrade_when_it_is_switched_off_or_not_offered) {
  engineio_client_options options;
  options.upgrade = false;
  bench off(options);
  off.engine.open(polling, off.out);
  off.engine.poll_answered(200, open_packet(R"("websocket")"), off.now, off.out);
  check(off.did(), {"GET", "opened", "GET"});
  bench unoffered;
  unoffered.engine.open(polling, unoffered.out);
  unoffered.engine.poll_answered(200, open_packet(R"("webtransport")"), unoffered.now, unoffered.out);
  check(unoffered.did(), {"GET", "opened", "GET"});
}

// WIRE 1.8.
BOOST_AUTO_TEST_CASE(close_by_polling_sends_what_waits_and_then_the_close_packet) {
  bench b;
  b.open_polling();
  b.engine.send("a", false, b.out);
  b.engine.send("b", false, b.out);
  b.engine.close(b.now, b.out);
  check(b.did(), {"POST 4a"});
  b.engine.post_answered(200, b.now, b.out);
  b.engine.post_answered(200, b.now, b.out);
  check(b.did(), {"POST 4b", "POST 1"});
  b.engine.poll_answered(200, "6", b.now, b.out);
  check(b.did(), {});  // no further GET
  b.engine.post_answered(200, b.now, b.out);
  check(b.did(), {"closed: disconnected by this client"});
}

BOOST_AUTO_TEST_CASE(close_by_websocket_sends_what_waits_and_then_a_close_frame) {
  bench b;
  b.open_websocket();
  b.engine.send("a", false, b.out);
  b.engine.send("b", false, b.out);
  b.engine.close(b.now, b.out);
  check(b.did(), {"text 4a"});
  b.engine.websocket_written(b.out);
  check(b.did(), {"text 4b"});
  b.engine.websocket_written(b.out);
  check(b.did(), {"close websocket"});
  b.engine.websocket_ended(client_error::transport_close, 0, b.out);
  check(b.did(), {"closed: disconnected by this client"});
}

BOOST_AUTO_TEST_CASE(close_waits_for_an_upgrade_that_has_begun_to_move) {
  bench b;
  b.pause_for_upgrade();
  b.engine.close(b.now, b.out);
  check(b.did(), {});
  b.engine.poll_answered(200, "6", b.now, b.out);
  check(b.did(), {"text 5", "upgraded"});
  b.engine.websocket_written(b.out);
  check(b.did(), {"close websocket"});
}

BOOST_AUTO_TEST_CASE(close_gives_up_a_probe_that_is_not_answered_yet) {
  bench b;
  b.open_polling(R"("websocket")");
  b.engine.close(b.now, b.out);
  check(b.did(), {"drop websocket", "POST 1"});
}

BOOST_AUTO_TEST_CASE(a_farewell_that_nobody_answers_ends_in_time) {
  bench b;
  b.open_websocket();
  b.engine.close(b.now, b.out);
  b.now += 499ms;
  b.engine.websocket_text("2", b.now, b.out);  // the heartbeat is not what ends it
  b.out.clear();
  b.now = engineio_client::time_point{} + 2s;
  b.engine.expire(b.now, b.out);
  check(b.did(), {"drop websocket", "closed: disconnected by this client"});
}

BOOST_AUTO_TEST_CASE(the_servers_close_packet_ends_the_session_on_either_transport) {
  bench by_polling;
  by_polling.open_polling();
  by_polling.engine.poll_answered(200,
                                  "4last\x1e"
                                  "1",
                                  by_polling.now, by_polling.out);
  check(by_polling.did(), {"got last", "closed: the server closed the connection"});
  bench by_websocket;
  by_websocket.open_websocket();
  by_websocket.engine.websocket_text("1", by_websocket.now, by_websocket.out);
  check(by_websocket.did(), {"drop websocket", "closed: the server closed the connection"});
}

BOOST_AUTO_TEST_CASE(malformed_packets_end_the_session) {
  for (std::string const bad : {"", "9", "x", "b!!!", "0{}", "4ok\x1e"}) {
    BOOST_TEST_CONTEXT(bad) {
      bench b;
      b.open_polling();
      b.engine.poll_answered(200, bad, b.now, b.out);
      BOOST_TEST(b.engine.closed());
      BOOST_TEST(b.did().back() == "closed: the server sent a malformed packet");
    }
  }
  for (std::string const bad : {"", "9", "x", "b!!!"}) {
    BOOST_TEST_CONTEXT("websocket " << bad) {
      bench b;
      b.open_websocket();
      b.engine.websocket_text(bad, b.now, b.out);
      BOOST_TEST(b.did().back() == "closed: the server sent a malformed packet");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_handshake_that_is_none_ends_the_attempt) {
  for (std::string const bad : {"", "4hi", "0", "0[]", R"(0{"sid":7})", "2", "<html>"}) {
    BOOST_TEST_CONTEXT(bad) {
      bench b;
      b.engine.open(polling, b.out);
      b.engine.poll_answered(200, bad, b.now, b.out);
      BOOST_TEST(b.did().back() == "closed: the server sent a malformed packet");
    }
  }
}

BOOST_AUTO_TEST_CASE(an_http_status_other_than_200_is_a_transport_error_with_its_cause) {
  bench b;
  b.engine.open(polling, b.out);
  b.engine.poll_answered(403, "", b.now, b.out);
  BOOST_TEST((b.out.back().error == client_error::transport_error));
  BOOST_TEST((b.out.back().cause == client_error::unauthorized));
  BOOST_TEST(b.out.back().http_status == 403);
  bench posting;
  posting.open_polling();
  posting.engine.send("a", false, posting.out);
  posting.engine.post_answered(413, posting.now, posting.out);
  BOOST_TEST(posting.out.back().http_status == 413);
  BOOST_TEST((posting.out.back().cause == client_error::unexpected_status));
}

BOOST_AUTO_TEST_CASE(a_session_can_follow_another) {
  bench b;
  b.pause_for_upgrade();
  b.engine.send("lost", false, b.out);
  b.engine.abort(client_error::transport_error, b.out);
  b.out.clear();
  b.open_websocket();
  b.engine.send("new", false, b.out);
  check(b.did(), {"text 4new"});
}

// Every step of a life failed once, in every way: one `closed`, at the end, and nothing after it.
BOOST_AUTO_TEST_CASE(whatever_fails_wherever_a_session_ends_once) {
  using step = std::function<void(bench&)>;
  std::vector<step> const life = {
      [](bench& b) { b.engine.open(polling, b.out); },
      [](bench& b) { b.engine.poll_answered(200, open_packet(R"("websocket")"), b.now, b.out); },
      [](bench& b) { b.engine.send("one", false, b.out); },
      [](bench& b) { b.engine.websocket_opened(b.now, b.out); },
      [](bench& b) { b.engine.poll_answered(200, "2", b.now, b.out); },
      [](bench& b) { b.engine.websocket_text("3probe", b.now, b.out); },
      [](bench& b) { b.engine.send("two", true, b.out); },
      [](bench& b) { b.engine.post_answered(200, b.now, b.out); },
      [](bench& b) { b.engine.poll_answered(200, "6", b.now, b.out); },
      [](bench& b) { b.engine.websocket_written(b.out); },
      [](bench& b) { b.engine.websocket_text("4in", b.now, b.out); },
      [](bench& b) { b.engine.websocket_text("2", b.now, b.out); },
      [](bench& b) { b.engine.close(b.now, b.out); },
      [](bench& b) { b.engine.websocket_written(b.out); },
      [](bench& b) { b.engine.websocket_written(b.out); },
  };
  std::vector<step> const failures = {
      [](bench& b) { b.engine.poll_failed(cut, b.out); },
      [](bench& b) { b.engine.poll_answered(500, "", b.now, b.out); },
      [](bench& b) { b.engine.poll_answered(200, "1", b.now, b.out); },
      [](bench& b) { b.engine.poll_answered(200, "junk", b.now, b.out); },
      [](bench& b) { b.engine.post_failed(cut, b.out); },
      [](bench& b) { b.engine.post_answered(400, b.now, b.out); },
      [](bench& b) { b.engine.websocket_ended(cut, 0, b.out); },
      [](bench& b) { b.engine.websocket_text("junk", b.now, b.out); },
      [](bench& b) { b.engine.abort(client_error::connect_timeout, b.out); },
      [](bench& b) { b.engine.close(b.now, b.out); },
  };
  for (std::size_t at = 0; at <= life.size(); ++at) {
    for (std::size_t how = 0; how < failures.size(); ++how) {
      BOOST_TEST_CONTEXT("step " << at << ", failure " << how) {
        bench b;
        for (std::size_t i = 0; i < at; ++i) life[i](b);
        failures[how](b);
        for (std::size_t i = at; i < life.size(); ++i) life[i](b);  // what was under way may still report
        // Time ends what nothing else ended.
        for (int i = 0; i < 3 && b.engine.deadline(); ++i) b.engine.expire(*b.engine.deadline(), b.out);
        auto const did = b.did();
        BOOST_TEST(std::count_if(did.begin(), did.end(),
                                 [](std::string const& line) { return line.starts_with("closed"); }) == 1);
        BOOST_TEST(did.back().starts_with("closed"));
        BOOST_TEST(b.engine.closed());
        BOOST_TEST(!b.engine.deadline());
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace uploadproto::session
