// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>
#include <uploadproto/contract/bulk_upload.hpp>
#include <uploadproto/session/engineio_handshake.hpp>
#include <uploadproto/session/job_board.hpp>
#include <uploadproto/session/socketio_server.hpp>
#include <uploadproto/wire/json.hpp>

namespace uploadproto::session::test {

using namespace std::chrono_literals;

struct bench_connection {
  socketio_server_options options;
  socketio_server::time_point now{};
  socketio_server session{options, now};
  bool accepts = true;  // decides on CONNECT at once, unless `slow`
  bool slow = false;

  std::string describe(socketio_server::actions& actions) {
    std::string all;
    for (std::size_t i = 0; i < actions.size(); ++i) {
      auto const action = std::move(actions[i]);
      if (!all.empty()) all += ' ';
      auto const& p = action.packet;
      std::string data;
      wire::append_json(data, p.data);
      switch (action.what) {
        case socketio_server_action::kind::connect:
          all += "connect " + p.nsp + data;
          if (!slow) accepts ? session.accept(p.nsp, actions) : session.refuse(p.nsp, actions);
          break;
        case socketio_server_action::kind::event:
          all += "event " + p.nsp + (p.id ? "#" + std::to_string(*p.id) : "") + data +
                 std::string(p.attachments.size(), '+');
          break;
        case socketio_server_action::kind::ack:
          all += "ack " + p.nsp + "#" + std::to_string(p.id.value_or(0)) + data;
          break;
        case socketio_server_action::kind::disconnect:
          all += "disconnect " + p.nsp;
          break;
        case socketio_server_action::kind::violation:
          all += "violation";
          break;
      }
    }
    return all;
  }
  std::string text(std::string_view message) {
    socketio_server::actions out;
    session.text(message, out);
    return describe(out);
  }
  std::string binary(std::string_view bytes) {
    socketio_server::actions out;
    session.binary(bytes, out);
    return describe(out);
  }
};

BOOST_AUTO_TEST_SUITE(socketio_server_session)

BOOST_AUTO_TEST_CASE(connect_then_events_acks_and_disconnect) {
  bench_connection c;
  BOOST_TEST(c.text("0") == "connect /{}");
  BOOST_TEST(c.session.joined("/"));
  BOOST_TEST(c.text("2[\"hello\",1]") == "event /[\"hello\",1]");
  BOOST_TEST(c.text("212[\"hello\"]") == "event /#12[\"hello\"]");
  BOOST_TEST(c.text("35[true]") == "ack /#5[true]");
  BOOST_TEST(c.text("0/admin,{\"token\":\"t\"}") == "connect /admin{\"token\":\"t\"}");
  BOOST_TEST(c.text("2/admin,[\"x\"]") == "event /admin[\"x\"]");
  BOOST_TEST(c.text("1") == "disconnect /");
  BOOST_TEST(c.text("0") == "connect /{}");  // it may come back
}

BOOST_AUTO_TEST_CASE(binary_events_are_put_together) {
  bench_connection c;
  c.text("0");
  BOOST_TEST(c.text("51-[\"file\",{\"_placeholder\":true,\"num\":0}]") == "");
  BOOST_TEST(c.binary("bytes") == "event /[\"file\",{\"_placeholder\":true,\"num\":0}]+");
}

BOOST_AUTO_TEST_CASE(what_breaks_the_order_closes_the_connection) {
  for (auto const* first :
       {"2[\"early\"]", "1", "31[]", "4{\"message\":\"no\"}", "x", "", "2[\"connect\"]"}) {
    bench_connection c;
    BOOST_TEST_CONTEXT(first) {
      BOOST_TEST(c.text(first) == "violation");
      BOOST_TEST(c.text("0") == "");  // nothing counts after a violation
    }
  }
  bench_connection twice;
  twice.text("0");
  BOOST_TEST(twice.text("0") == "violation");
  bench_connection stray;
  stray.text("0");
  BOOST_TEST(stray.binary("x") == "violation");
  bench_connection interrupted;
  interrupted.text("0");
  interrupted.text("51-[\"file\",{\"_placeholder\":true,\"num\":0}]");
  BOOST_TEST(interrupted.text("2[\"x\"]") == "violation");
}

BOOST_AUTO_TEST_CASE(packets_wait_for_the_connection_check) {
  bench_connection c;
  c.slow = true;
  BOOST_TEST(c.text("0") == "connect /{}");
  BOOST_TEST(c.text("2[\"a\"]") == "");
  BOOST_TEST(c.text("2[\"b\"]") == "");
  socketio_server::actions out;
  c.session.accept("/", out);
  BOOST_TEST(c.describe(out) == "event /[\"a\"] event /[\"b\"]");
}

BOOST_AUTO_TEST_CASE(packets_behind_a_refused_connect_break_the_protocol) {
  bench_connection c;
  c.slow = true;
  c.text("0");
  c.text("2[\"a\"]");
  socketio_server::actions out;
  c.session.refuse("/", out);
  BOOST_TEST(c.describe(out) == "violation");

  bench_connection patient;
  patient.accepts = false;
  BOOST_TEST(patient.text("0") == "connect /{}");
  patient.accepts = true;
  BOOST_TEST(patient.text("0") == "connect /{}");  // a refusal leaves the connection open
}

BOOST_AUTO_TEST_CASE(a_flood_during_the_check_is_bounded) {
  bench_connection c;
  c.slow = true;
  c.text("0");
  std::string last;
  for (std::size_t i = 0; i <= c.options.max_held_packets; ++i) last = c.text("2[\"a\"]");
  BOOST_TEST(last == "violation");
}

BOOST_AUTO_TEST_CASE(a_few_large_packets_during_the_check_are_bounded_too) {
  bench_connection c;
  c.options.max_held_bytes = 100;
  c.slow = true;
  c.text("0");
  c.text("0/b,");  // the bound is one for all
  BOOST_TEST(c.text("2[\"" + std::string(60, 'a') + "\"]") == "");
  BOOST_TEST(c.text("2/b,[\"" + std::string(60, 'a') + "\"]") == "violation");

  bench_connection attached;
  attached.options.max_held_bytes = 100;
  attached.slow = true;
  attached.text("0");
  BOOST_TEST(attached.text("52-[\"a\",{\"_placeholder\":true,\"num\":0}]") == "");
  BOOST_TEST(attached.binary(std::string(70, 'a')) == "violation");  // before the second arrives
}

BOOST_AUTO_TEST_CASE(what_was_held_is_counted_no_more_once_it_is_delivered) {
  bench_connection c;
  c.options.max_held_bytes = 50;
  c.slow = true;
  socketio_server::actions out;
  for (char const* const nsp : {"/a", "/b", "/c"}) {
    c.text("0" + std::string(nsp) + ",");
    BOOST_TEST(c.text("2" + std::string(nsp) + ",[\"" + std::string(30, 'a') + "\"]") == "");
    out.clear();
    c.session.accept(nsp, out);
    BOOST_TEST(out.size() == 1u);
  }
}

// What python-socketio 5.16.2 mended.
BOOST_AUTO_TEST_CASE(hardening_2026_05_attachments_are_collected_only_for_a_joined_namespace) {
  bench_connection c;
  BOOST_TEST(c.text("51-[\"a\",{\"_placeholder\":true,\"num\":0}]") == "violation");
  bench_connection elsewhere;
  elsewhere.text("0");
  BOOST_TEST(elsewhere.text("51-/b,[\"a\",{\"_placeholder\":true,\"num\":0}]") == "violation");
}

BOOST_AUTO_TEST_CASE(namespaces_of_a_connection_are_bounded) {
  bench_connection c;
  c.options.max_namespaces = 2;
  c.text("0");
  BOOST_TEST(c.text("0/b,") == "connect /b{}");
  c.text("1");
  BOOST_TEST(c.text("0/c,") == "connect /c{}");
  BOOST_TEST(c.text("0") == "violation");
}

BOOST_AUTO_TEST_CASE(a_connection_that_joins_nothing_is_closed) {
  bench_connection c;
  BOOST_CHECK(c.session.deadline() == c.now + 45000ms);
  c.accepts = false;
  c.text("0");
  BOOST_CHECK(c.session.deadline() == c.now + 45000ms);  // a refusal does not stop the clock
  socketio_server::actions out;
  c.session.expire(c.now + 45000ms, out);
  BOOST_TEST(c.describe(out) == "violation");
  bench_connection joined;
  joined.text("0");
  BOOST_CHECK(joined.session.deadline() == socketio_server::time_point::max());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(engineio_requests)

struct asked {
  std::string method = "GET";
  std::string target;
  bool upgrade = false;
};

static int refusal(asked const& a, engineio_server const* existing = nullptr, std::string_view origin = {}) {
  engineio_server_options const options;
  auto const verdict =
      check_request({a.method, a.upgrade, origin}, query_parameters(a.target), existing, options);
  return verdict ? static_cast<int>(*verdict) : -1;
}

BOOST_AUTO_TEST_CASE(handshakes_are_checked_in_order) {
  BOOST_TEST(refusal({"GET", "/socket.io/?EIO=4&transport=polling"}) == -1);
  BOOST_TEST(refusal({"GET", "/socket.io/?EIO=4&transport=websocket", true}) == -1);
  BOOST_TEST(refusal({"GET", "/socket.io/"}) == 0);
  BOOST_TEST(refusal({"GET", "/socket.io/?EIO=4&transport=__proto__"}) == 0);
  BOOST_TEST(refusal({"GET", "/socket.io/?EIO=4&transport=polling&sid=nobody"}) == 1);
  BOOST_TEST(refusal({"POST", "/socket.io/?EIO=4&transport=polling"}) == 2);
  BOOST_TEST(refusal({"GET", "/socket.io/?EIO=4&transport=websocket"}) == 3);
  BOOST_TEST(refusal({"GET", "/socket.io/?EIO=4&transport=polling", true}) == 3);
  BOOST_TEST(refusal({"GET", "/socket.io/?EIO=4&transport=polling"}, nullptr, "a\x01") == 3);
  BOOST_TEST(refusal({"GET", "/socket.io/?EIO=3&transport=polling"}) == 5);
  BOOST_TEST(refusal({"GET", "/socket.io/?transport=polling"}) == 5);
  BOOST_TEST(refusal({"GET", "/socket.io/?EIO=abc&transport=polling"}) == 5);
}

BOOST_AUTO_TEST_CASE(requests_of_a_session) {
  engineio_server_options const options;
  engineio_server polling(options, engineio_transport::polling, {});
  engineio_server websocket(options, engineio_transport::websocket, {});
  BOOST_TEST(refusal({"POST", "/socket.io/?EIO=4&transport=polling&sid=x"}, &polling) == -1);
  BOOST_TEST(refusal({"GET", "/socket.io/?EIO=4&transport=polling&sid=x"}, &websocket) == 3);
  BOOST_TEST(refusal({"GET", "/socket.io/?EIO=3&transport=polling&sid=x"}, &polling) == 3);
  BOOST_TEST(refusal({"GET", "/socket.io/?EIO=4&transport=websocket&sid=x"}, &polling) == 3);
  BOOST_TEST(refusal({"GET", "/socket.io/?EIO=4&transport=websocket&sid=x", true}, &polling) == -1);
  engineio_server::actions out;
  polling.discard(engineio_close_reason::forced_close, out);
  BOOST_TEST(refusal({"GET", "/socket.io/?EIO=4&transport=polling&sid=x"}, &polling) == 1);
}

BOOST_AUTO_TEST_CASE(queries_are_decoded) {
  query_parameters const query("/p?a=1&b=x%20y&a=2&c&d=%zz&=e&f=1=2#g=3");
  BOOST_TEST(*query.find("a") == "2");
  BOOST_TEST(*query.find("b") == "x y");
  BOOST_TEST(*query.find("c") == "");
  BOOST_TEST(*query.find("d") == "%zz");
  BOOST_TEST(*query.find("f") == "1=2");
  BOOST_CHECK(query.find("g") == nullptr);
  BOOST_TEST(refusal_body(engineio_refusal::forbidden, "go \"away\"") ==
             R"({"code":4,"message":"go \"away\""})");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(jobs_on_the_board)

using contract::event_kind;

struct bench_board {
  job_board board{contract::bulk_upload::info.stages, 3};
  job_board::verdict progress(char const* id, char const* stage, double value) {
    return board.post(id, "ann", {event_kind::progress, stage, value},
                      {"bulk_upload_progress", std::to_string(static_cast<int>(value))});
  }
  job_board::verdict end(char const* id, event_kind kind) {
    return board.post(id, "ann", {kind, {}, {}}, {"end", "end"});
  }
};

// CO-6, CO-7, BU-L2, BU-L3: what the contract forbids is not sent and changes nothing.
BOOST_AUTO_TEST_CASE(only_what_the_contract_allows) {
  bench_board b;
  BOOST_TEST(!b.progress("j", "initialization", 0).refused.failed());
  BOOST_TEST(!b.progress("j", "file_reading", 15).refused.failed());
  BOOST_TEST(b.progress("j", "file_reading", 12).refused.failed());
  BOOST_TEST(b.progress("j", "file_reading", 22).refused.failed());
  BOOST_TEST(b.progress("j", "nonsense", 15).refused.failed());
  BOOST_TEST(b.board.find("j")->latest->payload == "15");
  BOOST_TEST(!b.end("j", event_kind::completed).refused.failed());
  BOOST_TEST(b.end("j", event_kind::failed).refused.failed());
  BOOST_TEST(b.progress("j", "report_generation", 100).refused.failed());
  BOOST_TEST(b.board.find("j")->latest->payload == "end");
}

BOOST_AUTO_TEST_CASE(a_first_stage_opens_a_new_attempt) {
  bench_board b;
  b.progress("j", "initialization", 0);
  b.progress("j", "pre_validation", 30);
  BOOST_TEST(!b.progress("j", "initialization", 0).refused.failed());  // a run after a crash
  BOOST_TEST(!b.progress("j", "file_reading", 10).refused.failed());
  b.end("j", event_kind::failed);
  BOOST_TEST(!b.progress("j", "initialization", 0).refused.failed());  // a retry
  BOOST_TEST(!b.end("j", event_kind::completed).refused.failed());
}

BOOST_AUTO_TEST_CASE(the_first_event_of_a_stage_is_told_apart) {
  bench_board b;
  BOOST_TEST(b.progress("j", "initialization", 0).first_of_stage);
  BOOST_TEST(b.progress("j", "file_reading", 10).first_of_stage);
  BOOST_TEST(!b.progress("j", "file_reading", 11).first_of_stage);
}

BOOST_AUTO_TEST_CASE(the_board_is_bounded_and_forgets_ended_jobs_first) {
  bench_board b;
  b.progress("running", "initialization", 0);
  b.end("ended", event_kind::failed);
  b.progress("other", "initialization", 0);
  b.progress("new", "initialization", 0);
  BOOST_TEST(b.board.size() == 3u);
  BOOST_CHECK(!b.board.find("ended"));
  BOOST_CHECK(b.board.find("running"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace uploadproto::session::test
