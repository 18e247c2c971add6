// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>
#include <string>
#include <uploadproto/contract/upload_progress.hpp>
#include <uploadproto/session/json_connection.hpp>
#include <vector>

namespace {

using namespace uploadproto::session;
using namespace std::chrono_literals;
using uploadproto::wire::websocket::close_code;

/** One connection and its own clock; what it writes is kept as text. */
struct conversation {
  using output = json_connection::output;

  json_connection::time_point now{std::chrono::hours(1)};
  json_connection connection{uploadproto::contract::upload_progress::info, 10s, now};
  std::vector<std::string> written;
  std::optional<close_code> closed;

  void perform(output out) {
    using namespace uploadproto::wire::websocket;
    std::string_view rest = out.frames;
    while (!rest.empty()) {  // short frames of a server: two bytes, then the payload
      auto const size = static_cast<unsigned char>(rest[1]);
      BOOST_TEST_REQUIRE(size < 126);
      bool const ping = (rest[0] & 15) == static_cast<int>(opcode::ping);
      written.push_back(ping ? "(ping)" : std::string(rest.substr(2, size)));
      rest.remove_prefix(2 + size);
    }
    if (out.close) closed = out.close;
  }
  template <class Step>
  void step(Step&& run) {
    output out;
    run(out);
    perform(std::move(out));
  }
  void send(std::string_view json, json_message what) {
    step([&](output& out) { connection.send(json, what, now, out); });
  }
  void text(std::string_view said) {
    step([&](output& out) { connection.receive_text(said, now, out); });
  }
  void control() {
    step([&](output& out) { connection.receive_control(now, out); });
  }
  /** Moves the clock from deadline to deadline, as a timer would. */
  void pass(std::chrono::milliseconds time) {
    auto const end = now + time;
    while (connection.deadline() <= end) {
      now = std::max(now, connection.deadline());
      step([&](output& out) { connection.expire(now, out); });
    }
    now = end;
  }
  std::string all() {
    std::string joined;
    for (auto const& one : std::exchange(written, {})) joined.append(one).append(" ");
    return joined;
  }
};

BOOST_AUTO_TEST_SUITE(session_json_connection)

BOOST_AUTO_TEST_CASE(UP_N5_a_ping_is_answered_in_its_own_form) {
  conversation c;
  c.text("ping");
  c.text(R"({"type":"ping"})");
  c.text(R"( { "n": 1, "type" : "ping" } )");
  BOOST_TEST(c.all() == R"(pong {"type":"pong"} {"type":"pong"} )");
}

BOOST_AUTO_TEST_CASE(CO_8_other_messages_are_taken_for_nothing) {
  conversation c;
  for (char const* text :
       {"", "pong", "null", "[\"type\"]", "{\"type\":1}", "{\"type\":\"pong\"}", "{\"type\""})
    c.text(text);
  BOOST_TEST(c.all() == "");
  BOOST_TEST(!c.closed);
}

BOOST_AUTO_TEST_CASE(UP_N2_the_eleventh_message_in_a_second_is_one_too_many) {
  conversation c;
  for (int i = 0; i != 10; ++i) c.text("x");
  c.pass(1s);
  for (int i = 0; i != 10; ++i) c.text("x");
  BOOST_TEST(!c.closed);
  c.pass(999ms);
  c.text("x");
  BOOST_TEST((c.closed == close_code::policy_violation));
}

BOOST_AUTO_TEST_CASE(UP_N2_control_frames_do_not_count_but_a_flood_is_cut) {
  conversation c;
  for (int i = 0; i != 100; ++i) c.control();
  c.text("x");
  BOOST_TEST(!c.closed);
  c.control();
  BOOST_TEST((c.closed == close_code::policy_violation));
  BOOST_TEST((c.connection.deadline() == json_connection::time_point::max()));
}

BOOST_AUTO_TEST_CASE(UP_N2_progress_is_merged_to_ten_a_second_and_the_newest_wins) {
  conversation c;
  for (int i = 0; i != 1000; ++i) {  // one a millisecond
    if (i != 0) c.pass(1ms);
    c.send(std::to_string(i), json_message::progress);
  }
  BOOST_TEST(c.written.size() == 10u);
  BOOST_TEST(c.written.front() == "0");
  BOOST_TEST(c.written.back() == "922");
  c.pass(1s);
  BOOST_TEST(c.written.back() == "999");
}

BOOST_AUTO_TEST_CASE(UP_N2_no_second_carries_more_than_ten_whatever_comes) {
  conversation c;
  std::vector<json_connection::time_point> times;
  auto const note = [&] {
    for (auto const& one : std::exchange(c.written, {}))
      if (one == "p") times.push_back(c.now);
  };
  unsigned seed = 7;
  for (int i = 0; i != 5000; ++i) {
    seed = seed * 1103515245 + 12345;
    bool const stage = (seed >> 16) % 9 == 0;
    c.send("p", stage ? json_message::stage_first : json_message::progress);
    note();
    for (unsigned ms = (seed >> 20) % 40; ms != 0; --ms) {
      c.pass(1ms);
      note();
      if (ms % 20 == 0) c.control();  // somebody is there
    }
  }
  static_assert(json_connection::outbound_span >
                1s);  // the bytes of one may leave later than those of the next
  for (std::size_t i = 10; i < times.size(); ++i)
    BOOST_TEST_REQUIRE((times[i] - times[i - 10] >= json_connection::outbound_span));
  BOOST_TEST(times.size() > 800u);
}

BOOST_AUTO_TEST_CASE(UP_N2_stages_and_the_end_are_never_lost_and_keep_their_order) {
  conversation c;
  for (int i = 0; i != 10; ++i) c.send("s", json_message::stage_first);
  BOOST_TEST(c.all() == "s s s s s s s s s s ");
  c.send("p1", json_message::progress);
  c.send("stage", json_message::stage_first);  // p1 is old news
  c.send("p2", json_message::progress);
  c.send("p3", json_message::progress);
  c.send("end", json_message::terminal);
  BOOST_TEST(c.all() == "");
  BOOST_TEST(c.connection.waiting() == 2u);
  c.pass(json_connection::outbound_span);
  BOOST_TEST(c.all() == "stage end ");
}

BOOST_AUTO_TEST_CASE(the_end_does_not_wait_for_progress) {
  conversation c;
  for (int i = 0; i != 5; ++i) c.send("p", json_message::progress);
  c.send("end", json_message::terminal);
  BOOST_TEST(c.all() == "p end ");
}

BOOST_AUTO_TEST_CASE(notices_are_not_counted) {
  conversation c;
  for (int i = 0; i != 30; ++i) c.send("n", json_message::notice);
  c.send("p", json_message::progress);
  BOOST_TEST(c.written.size() == 31u);
}

BOOST_AUTO_TEST_CASE(UP_L6_after_the_end_the_connection_is_closed_in_order) {
  conversation c;
  c.send("end", json_message::terminal);
  c.pass(9999ms);
  BOOST_TEST(!c.closed);
  c.text("ping");
  c.pass(1ms);
  BOOST_TEST((c.closed == close_code::normal));
  BOOST_TEST(c.all() == "end pong ");
}

BOOST_AUTO_TEST_CASE(UP_N4_a_heartbeat_every_thirty_seconds_and_silence_ends_the_connection) {
  conversation c;
  c.pass(30s);
  BOOST_TEST(c.all() == "(ping) ");
  c.control();  // the pong
  c.pass(299s);
  BOOST_TEST(!c.closed);
  c.pass(1s);
  BOOST_TEST((c.closed == close_code::going_away));
}

BOOST_AUTO_TEST_CASE(binary_is_not_part_of_the_framing) {
  conversation c;
  c.step([&](json_connection::output& out) { c.connection.receive_binary(c.now, out); });
  BOOST_TEST((c.closed == close_code::unsupported));
  c.send("p", json_message::terminal);
  BOOST_TEST(c.all() == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
