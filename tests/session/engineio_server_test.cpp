// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>

#include "engineio_server_script.hpp"

// Engine.IO 4, the server's side of one session. Sections of the protocol notes: heartbeat, polling,
// upgrade, close.
namespace uploadproto::session::test {

BOOST_AUTO_TEST_SUITE(engineio_server_session)

BOOST_AUTO_TEST_CASE(a_message_waits_for_a_poll) {
  bench_session s;
  BOOST_CHECK(s.session.send("hello", false) == engineio_server::route::queued);
  BOOST_CHECK(s.session.send("\x01\x02", true) == engineio_server::route::queued);
  BOOST_TEST(s.poll() == "poll<4hello|bAQI=>");
  BOOST_TEST(s.poll() == "");
  BOOST_CHECK(s.session.send("later", false) == engineio_server::route::queued);
  BOOST_TEST(s.flush() == "poll<4later>");
}

BOOST_AUTO_TEST_CASE(a_websocket_is_written_to_by_the_driver) {
  bench_session s(engineio_transport::websocket);
  BOOST_CHECK(s.session.send("hello", false) == engineio_server::route::websocket);
  BOOST_TEST(s.text("4hello") == "deliver<hello>");
  BOOST_TEST(s.text("4") == "deliver<>");
  BOOST_TEST(s.binary("xyz") == "deliver_binary<xyz>");
  BOOST_TEST(s.text("beHl6") == "deliver_binary<xyz>");
}

BOOST_AUTO_TEST_CASE(heartbeat_is_exact) {
  bench_session s(engineio_transport::websocket);
  BOOST_TEST(s.expire_at(25000ms) == "text<2>");
  s.now += 100ms;
  BOOST_TEST(s.text("3") == "");
  BOOST_TEST(s.expire_at(50100ms) == "text<2>");
  BOOST_TEST(s.expire_at(70100ms) == "close_websocket closed<ping timeout>");
  BOOST_CHECK(s.session.deadline() == engineio_server::time_point::max());
}

BOOST_AUTO_TEST_CASE(heartbeat_of_a_polling_client_needs_no_poll_to_end_it) {
  bench_session s;
  BOOST_TEST(s.expire_at(25000ms) == "");
  BOOST_TEST(s.expire_at(45000ms) == "closed<ping timeout>");
}

BOOST_AUTO_TEST_CASE(heartbeat_over_polling) {
  bench_session s;
  BOOST_TEST(s.poll() == "");
  BOOST_TEST(s.expire_at(25000ms) == "poll<2>");
  BOOST_TEST(s.post("3") == "");
  BOOST_TEST(s.expire_at(50000ms) == "");
  BOOST_TEST(s.poll() == "poll<2>");
}

BOOST_AUTO_TEST_CASE(other_traffic_moves_the_pong_deadline_once) {
  bench_session s(engineio_transport::websocket);
  BOOST_TEST(s.expire_at(25000ms) == "text<2>");
  s.now += 1000ms;
  BOOST_TEST(s.text("4a") == "deliver<a>");
  s.now += 1000ms;
  BOOST_TEST(s.text("4b") == "deliver<b>");
  BOOST_TEST(s.expire_at(46000ms) == "close_websocket closed<ping timeout>");
}

BOOST_AUTO_TEST_CASE(unsolicited_packets_are_ignored) {
  bench_session s(engineio_transport::websocket);
  for (auto const* frame : {"3", "6", "0", "5"}) BOOST_TEST(s.text(frame) == "");
  BOOST_CHECK(s.session.deadline() == s.start + 25000ms);
}

BOOST_AUTO_TEST_CASE(a_ping_from_the_client_is_a_fault) {
  bench_session ws(engineio_transport::websocket);
  BOOST_TEST(ws.text("2") == "close_websocket closed<transport error>");
  bench_session polling;
  BOOST_TEST(polling.post("4a\x1e"
                          "2\x1e"
                          "4b") == "deliver<a> closed<transport error>");
}

BOOST_AUTO_TEST_CASE(what_does_not_parse_ends_the_session) {
  for (auto const* frame : {"", "7", "abc", "b%%%", "\xff"}) {
    bench_session s(engineio_transport::websocket);
    BOOST_TEST(s.text(frame) == "close_websocket closed<parse error>");
  }
  bench_session s;
  BOOST_TEST(s.post("4first\x1ex\x1e"
                    "4never") == "deliver<first> closed<parse error>");
}

BOOST_AUTO_TEST_CASE(after_the_end_nothing_happens) {
  bench_session s;
  BOOST_TEST(s.post("1") == "closed<transport close>");
  BOOST_TEST(s.poll() == "");
  BOOST_TEST(!s.accepted);
  BOOST_TEST(s.post("4x") == "");
  BOOST_TEST(!s.accepted);
  BOOST_TEST(s.close() == "");
  BOOST_CHECK(s.session.send("x", false) == engineio_server::route::dropped);
  BOOST_TEST(s.text("4x") == "");
}

BOOST_AUTO_TEST_CASE(two_polls_at_once_end_the_session) {
  bench_session s;
  BOOST_TEST(s.poll() == "");
  BOOST_TEST(s.poll() == "poll<1> closed<transport error>");
  BOOST_TEST(!s.accepted);
}

BOOST_AUTO_TEST_CASE(two_posts_at_once_end_the_session) {
  bench_session s;
  BOOST_TEST(s.run([&](auto& out) { BOOST_TEST(s.session.post_begin(out)); }) == "");
  BOOST_TEST(s.run([&](auto& out) { BOOST_TEST(!s.session.post_begin(out)); }) ==
             "abort_post closed<transport error>");
}

BOOST_AUTO_TEST_CASE(a_post_too_large_leaves_the_session_alive) {
  bench_session s;
  s.run([&](auto& out) { s.session.post_begin(out); });
  s.session.post_dropped();
  BOOST_TEST(s.post("4x") == "deliver<x>");
}

BOOST_AUTO_TEST_CASE(a_client_that_leaves_during_a_poll_ends_the_session) {
  bench_session s;
  s.poll();
  BOOST_TEST(s.run([&](auto& out) { s.session.poll_aborted(out); }) == "closed<transport error>");
}

BOOST_AUTO_TEST_CASE(client_close_answers_the_pending_poll) {
  bench_session s;
  s.poll();
  BOOST_TEST(s.post("1") == "poll<6> closed<transport close>");
}

BOOST_AUTO_TEST_CASE(server_close_with_a_poll_pending) {
  bench_session s;
  s.poll();
  s.session.send("last", false);
  BOOST_TEST(s.close() == "poll<4last>");
  BOOST_TEST(s.poll() == "poll<6|1> closed<forced close>");
}

BOOST_AUTO_TEST_CASE(server_close_between_polls_waits_for_the_next) {
  bench_session s;
  BOOST_TEST(s.close() == "");
  BOOST_TEST(s.poll() == "poll<6|1> closed<forced close>");
  bench_session impatient;
  BOOST_TEST(impatient.close() == "");
  BOOST_TEST(impatient.expire_at(25000ms) == "");
  BOOST_TEST(impatient.expire_at(30000ms) == "closed<forced close>");
  bench_session behind;
  behind.session.send("last", false);
  BOOST_TEST(behind.close() == "");
  BOOST_TEST(behind.poll() == "poll<4last>");
  BOOST_TEST(behind.poll() == "poll<6|1> closed<forced close>");
}

BOOST_AUTO_TEST_CASE(a_close_packet_over_websocket_closes_at_once) {
  bench_session s(engineio_transport::websocket);
  BOOST_TEST(s.text("1") == "close_websocket closed<transport close>");
}

BOOST_AUTO_TEST_CASE(the_websocket_ends) {
  bench_session orderly(engineio_transport::websocket);
  BOOST_TEST(orderly.run([&](auto& out) { orderly.session.websocket_closed(true, out); }) ==
             "closed<transport close>");
  bench_session broken(engineio_transport::websocket);
  BOOST_TEST(broken.run([&](auto& out) { broken.session.websocket_closed(false, out); }) ==
             "closed<transport error>");
}

BOOST_AUTO_TEST_CASE(upgrade_keeps_order) {
  bench_session s;
  s.poll();
  BOOST_TEST(s.session.probe_open(s.now));
  BOOST_TEST(s.probe("2probe") == "probe<3probe> poll<6>");
  s.session.send("a", false, 0);
  s.session.send("b", true, 0);
  BOOST_TEST(s.probe("5") == "upgraded text<4a> binary<b>");
  BOOST_CHECK(s.session.transport() == engineio_transport::websocket);
  BOOST_CHECK(s.session.send("c", false) == engineio_server::route::websocket);
  // Its polling requests are refused from now on, and do no harm.
  BOOST_TEST(s.poll() == "");
  BOOST_TEST(!s.accepted);
  BOOST_CHECK(s.session.open());
}

BOOST_AUTO_TEST_CASE(polls_during_an_upgrade_are_answered_again_and_again) {
  bench_session s;
  s.session.probe_open(s.now);
  BOOST_TEST(s.probe("2probe") == "probe<3probe>");
  BOOST_TEST(s.poll() == "");
  BOOST_TEST(s.expire_at(100ms) == "poll<6>");
  BOOST_TEST(s.poll() == "");
  BOOST_TEST(s.expire_at(200ms) == "poll<6>");
  BOOST_TEST(s.probe("5") == "upgraded");
}

BOOST_AUTO_TEST_CASE(an_upgrade_that_fails_leaves_polling_alone) {
  bench_session wrong;
  wrong.session.probe_open(wrong.now);
  BOOST_TEST(wrong.probe("4x") == "close_probe");
  BOOST_TEST(wrong.post("4still here") == "deliver<still here>");

  bench_session late;
  late.session.probe_open(late.now);
  BOOST_TEST(late.probe("2probe") == "probe<3probe>");
  BOOST_TEST(late.expire_at(10000ms) == "close_probe");
  BOOST_TEST(late.probe("5") == "");
  BOOST_CHECK(late.session.transport() == engineio_transport::polling);
  BOOST_TEST(late.session.probe_open(late.now));  // it may try again
}

BOOST_AUTO_TEST_CASE(a_second_websocket_is_not_wanted) {
  bench_session s;
  BOOST_TEST(s.session.probe_open(s.now));
  BOOST_TEST(!s.session.probe_open(s.now));
  BOOST_TEST(s.probe("5") == "upgraded");  // `5` without a probe is accepted
  BOOST_TEST(!s.session.probe_open(s.now));
}

BOOST_AUTO_TEST_CASE(newer_progress_replaces_older_while_nobody_polls) {
  bench_session s;
  s.session.send("p1", false, 7);
  s.session.send("other", false, 0);
  s.session.send("p2", false, 7);
  s.session.send("end", false, 0);
  BOOST_TEST(s.poll() == "poll<4other|4p2|4end>");
}

BOOST_AUTO_TEST_CASE(the_backlog_is_bounded) {
  engineio_server_options options;
  options.max_backlog = 10;
  bench_session s(engineio_transport::polling, options);
  BOOST_CHECK(s.session.send("123456789", false) == engineio_server::route::queued);
  BOOST_CHECK(s.session.send("x", false) == engineio_server::route::overflow);
  BOOST_TEST(s.poll() == "poll<4123456789>");
}

// A whole life, cut by each kind of end after each of its steps: it must end once, with a reason, and a
// pending poll must be answered.
BOOST_AUTO_TEST_CASE(every_step_failed_once) {
  script const life{
      [](bench_session& s) { return s.poll(); },
      [](bench_session& s) {
        s.session.send("a", false);
        return s.flush();
      },
      [](bench_session& s) { return s.poll(); },
      [](bench_session& s) { return s.post("4hello"); },
      [](bench_session& s) {
        s.session.probe_open(s.now);
        return s.probe("2probe");
      },
      [](bench_session& s) { return s.poll(); },
      [](bench_session& s) {
        s.session.send("b", false);
        return s.flush();
      },
      [](bench_session& s) { return s.probe("5"); },
      [](bench_session& s) { return s.text("4world"); },
  };
  script const ends{
      [](bench_session& s) {
        return s.run([&](auto& out) { s.session.discard(engineio_close_reason::transport_error, out); });
      },
      [](bench_session& s) {
        std::string all = s.close();
        while (!s.session.closed()) all += s.poll() + ' ';
        return all;
      },
      [](bench_session& s) {
        std::string all;
        for (int i = 0; i < 50 && !s.session.closed(); ++i) {
          s.now = s.session.deadline();
          all += s.run([&](auto& out) { s.session.expire(s.now, out); }) + ' ';
        }
        return all;
      },
      [](bench_session& s) {
        return s.session.transport() == engineio_transport::websocket ? s.text("1") : s.post("1");
      },
  };
  for (std::size_t cut = 0; cut <= life.size(); ++cut) {
    for (std::size_t end = 0; end < ends.size(); ++end) {
      bench_session s;
      std::string seen;
      for (std::size_t i = 0; i < cut; ++i) seen += life[i](s) + ' ';
      std::size_t polls = 0;
      for (std::size_t i = 0; i < std::min<std::size_t>(cut, 6); ++i) polls += i == 0 || i == 2 || i == 5;
      seen += ends[end](s);
      if (end == 1 && seen.find("6|1") != std::string::npos) ++polls;
      BOOST_TEST_CONTEXT("cut after step " << cut << ", end " << end << ": " << seen) {
        BOOST_TEST(s.session.closed());
        auto const closed = seen.find("closed<");
        BOOST_REQUIRE(closed != std::string::npos);
        BOOST_TEST(seen.find("closed<", closed + 1) == std::string::npos);
        std::size_t answers = 0;
        for (auto at = seen.find("poll<"); at != std::string::npos; at = seen.find("poll<", at + 1))
          ++answers;
        BOOST_TEST(answers >= polls - (polls > answers && end == 1 ? 1 : 0));
        BOOST_CHECK(s.session.deadline() == engineio_server::time_point::max());
        BOOST_CHECK(s.session.send("x", false) == engineio_server::route::dropped);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_close_gives_up_the_post_that_is_arriving) {
  bench_session s;
  s.run([&](auto& out) { s.accepted = s.session.post_begin(out); });
  BOOST_TEST(s.accepted);
  s.poll();
  BOOST_TEST(s.close() == "poll<1> abort_post closed<forced close>");

  bench_session unpolled;
  unpolled.run([&](auto& out) { unpolled.accepted = unpolled.session.post_begin(out); });
  BOOST_TEST(unpolled.close() == "");
  BOOST_TEST(unpolled.poll() == "poll<6|1> abort_post closed<forced close>");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace uploadproto::session::test
