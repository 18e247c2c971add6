// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/json/object.hpp>
#include <boost/test/unit_test.hpp>
#include <uploadproto/session/socketio_client.hpp>

#include "client_reading.hpp"

namespace uploadproto::session {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t plenty = 1u << 20;
constexpr std::nullopt_t no_timeout = std::nullopt;

void check(lines const& found, lines const& expected) {
  BOOST_CHECK_EQUAL_COLLECTIONS(found.begin(), found.end(), expected.begin(), expected.end());
}

struct bench {
  explicit bench(socketio_client_options options = {}) : socket(options) {}

  socketio_client socket;
  socketio_client::time_point now{};
  socketio_client::actions out;

  lines did() { return take(out); }
  void text(std::string_view message) { socket.engine_text(message, out); }

  void join(std::string const& nsp = "/", std::string const& answer = R"(0{"sid":"x"})") {
    socket.want(nsp, now, out);
    if (!engine) socket.engine_opened(now, out);
    engine = true;
    socket.authenticate(nsp, nullptr, out);
    text(answer);
    out.clear();
  }
  bool engine = false;
};

boost::json::array args(std::initializer_list<boost::json::value_ref> values) {
  return boost::json::array(values);
}

BOOST_AUTO_TEST_SUITE(socketio_client_session)

BOOST_AUTO_TEST_CASE(a_namespace_joins_with_its_credentials_when_an_engine_opens) {
  bench b;
  b.socket.want("/", b.now, b.out);
  b.socket.want("/admin", b.now, b.out);
  check(b.did(), {});
  b.socket.engine_opened(b.now, b.out);
  check(b.did(), {"auth? /", "auth? /admin"});
  b.socket.authenticate("/", boost::json::object{{"token", "t"}}, b.out);
  b.socket.authenticate("/admin", nullptr, b.out);
  check(b.did(), {R"(send 0{"token":"t"})", "send 0/admin,"});
  b.text(R"(0{"sid":"one"})");
  b.text(R"(0/admin,{"sid":"two"})");
  check(b.did(), {"connected / one", "connected /admin two"});
}

BOOST_AUTO_TEST_CASE(a_refusal_brings_the_servers_message_and_data) {
  bench b;
  b.socket.want("/", b.now, b.out);
  b.socket.engine_opened(b.now, b.out);
  b.socket.authenticate("/", nullptr, b.out);
  b.out.clear();
  b.text(R"(4{"message":"no","data":{"code":7}})");
  BOOST_TEST((b.out.back().error == client_error::connect_refused));
  check(b.did(), {R"(refused / no{"code":7})"});
  BOOST_TEST(!b.socket.wanted("/"));
}

BOOST_AUTO_TEST_CASE(a_refusal_may_be_plain_text) {
  bench b;
  b.socket.want("/", b.now, b.out);
  b.socket.engine_opened(b.now, b.out);
  b.socket.authenticate("/", nullptr, b.out);
  b.out.clear();
  b.text(R"(4"no")");
  check(b.did(), {"refused / no"});
}

// CO-13.
BOOST_AUTO_TEST_CASE(refused_credentials_are_not_sent_again) {
  bench b;
  b.join();
  b.socket.engine_closed(client_error::transport_close, true, b.out);
  b.socket.engine_opened(b.now, b.out);
  b.socket.authenticate("/", boost::json::object{{"token", "old"}}, b.out);
  b.text(R"(4{"message":"expired"})");
  b.socket.retry("/", b.now + 1s);
  b.out.clear();
  b.now += 1s;
  b.socket.expire(b.now, b.out);
  check(b.did(), {"auth? /"});
  b.socket.authenticate("/", boost::json::object{{"token", "old"}}, b.out);
  check(b.did(), {"refused / expired (again later)"});  // repeated, nothing sent
  b.socket.retry("/", b.now);
  b.socket.expire(b.now, b.out);
  b.socket.authenticate("/", boost::json::object{{"token", "new"}}, b.out);
  check(b.did(), {"auth? /", R"(send 0{"token":"new"})"});
}

BOOST_AUTO_TEST_CASE(an_answer_without_an_id_is_an_older_server) {
  bench b;
  b.socket.want("/", b.now, b.out);
  b.socket.engine_opened(b.now, b.out);
  b.socket.authenticate("/", nullptr, b.out);
  b.out.clear();
  b.text("0");
  BOOST_REQUIRE(b.out.size() == 1u);
  BOOST_TEST((b.out.back().error == client_error::old_server));
}

BOOST_AUTO_TEST_CASE(events_and_answers_travel_both_ways) {
  bench b;
  b.join();
  BOOST_TEST(!b.socket.emit("/", "hi", args({1, "two"}), {}, plenty, b.out));
  BOOST_TEST(!b.socket.emit_with_ack("/", "ask", {}, {}, plenty, 70, no_timeout, b.out));
  BOOST_TEST(!b.socket.emit_with_ack("/", "ask", {}, {}, plenty, 71, no_timeout, b.out));
  check(b.did(), {R"(send 2["hi",1,"two"])", R"(send 20["ask"])", R"(send 21["ask"])"});
  b.text(R"(31["late one"])");
  b.text(R"(30[])");
  b.text(R"(30["again"])");
  b.text(R"(39["never asked"])");
  check(b.did(), {R"(acked 71 ["late one"])", "acked 70 []"});
  b.text(R"(25["please",{"a":1}])");
  check(b.did(), {R"(event / ["please",{"a":1}] ack 5)"});
  BOOST_TEST(!b.socket.acknowledge("/", 5, args({true}), {}, plenty, b.out));
  check(b.did(), {"send 35[true]"});
}

BOOST_AUTO_TEST_CASE(attachments_are_in_the_order_of_the_arguments) {
  bench b;
  b.join();
  b.text(R"(52-["got",{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}])");
  b.socket.engine_binary("second", b.out);
  b.socket.engine_binary("first", b.out);
  check(b.did(),
        {R"(event / ["got",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}] +first +second)"});
}

BOOST_AUTO_TEST_CASE(attachments_follow_their_packet) {
  bench b;
  b.join("/files", R"(0/files,{"sid":"x"})");
  boost::json::object placeholder{{"_placeholder", true}, {"num", 0}};
  BOOST_TEST(!b.socket.emit("/files", "put", args({placeholder}), {"bytes"}, plenty, b.out));
  check(b.did(), {R"(send 51-/files,["put",{"_placeholder":true,"num":0}])", "send bytes bytes"});
  b.text(R"(51-/files,["got",{"_placeholder":true,"num":0}])");
  check(b.did(), {});
  b.socket.engine_binary("data", b.out);
  check(b.did(), {R"(event /files ["got",{"_placeholder":true,"num":0}] +data)"});
  b.text(R"(51-/files,["got",{"_placeholder":true,"num":0}])");
  b.text(R"(2/files,["too early"])");
  check(b.did(), {"fail: the server sent a malformed packet"});
}

// Events that come before CONNECT is answered are kept for then (WIRE 2.3), within bounds.
BOOST_AUTO_TEST_CASE(early_events_are_bounded_in_number_and_bytes) {
  socketio_client_options options;
  options.max_early_events = 2;
  options.max_early_bytes = 100;
  for (std::size_t const size : {std::size_t{10}, std::size_t{60}}) {
    bench b(options);
    b.socket.want("/", b.now, b.out);
    b.socket.engine_opened(b.now, b.out);
    b.socket.authenticate("/", nullptr, b.out);
    b.out.clear();
    auto const event = "2[\"a\",\"" + std::string(size, 'x') + "\"]";
    b.text(event);
    check(b.did(), {});
    b.text(event);
    if (size == 10) check(b.did(), {});
    if (size == 10) b.text(event);
    check(b.did(), {"fail: the server sent a malformed packet"});
  }
}

BOOST_AUTO_TEST_CASE(emits_wait_for_the_connection_in_order) {
  bench b;
  BOOST_TEST((b.socket.emit("/", "x", {}, {}, plenty, b.out) == client_error::not_connected));
  b.socket.want("/", b.now, b.out);
  b.socket.emit("/", "one", {}, {}, plenty, b.out);
  b.socket.emit_with_ack("/", "two", {}, {}, plenty, 1, no_timeout, b.out);
  check(b.did(), {});
  b.join();
  bench other;
  other.socket.want("/", other.now, other.out);
  other.socket.emit("/", "one", {}, {}, plenty, other.out);
  other.socket.emit("/", "two", {}, {}, plenty, other.out);
  other.socket.engine_opened(other.now, other.out);
  other.socket.authenticate("/", nullptr, other.out);
  other.out.clear();
  other.text(R"(0{"sid":"x"})");
  check(other.did(), {"connected / x", R"(send 2["one"])", R"(send 2["two"])"});
}

BOOST_AUTO_TEST_CASE(what_waits_is_bounded) {
  socketio_client_options options;
  options.max_send_buffer = 20;
  bench b(options);
  b.socket.want("/", b.now, b.out);
  BOOST_TEST(!b.socket.emit("/", "0123456789", {}, {}, plenty, b.out));
  BOOST_TEST((b.socket.emit("/", "0123456789", {}, {}, plenty, b.out) == client_error::send_buffer_full));
  bench connected;
  connected.join();
  BOOST_TEST(
      (connected.socket.emit("/", "0123456789", {}, {}, 5, connected.out) == client_error::send_buffer_full));
  check(connected.did(), {});
}

BOOST_AUTO_TEST_CASE(what_cannot_be_an_event_is_refused) {
  bench b;
  b.join();
  for (auto const* name :
       {"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"}) {
    BOOST_TEST((b.socket.emit("/", name, {}, {}, plenty, b.out) == client_error::reserved_event));
  }
  BOOST_TEST((b.socket.emit("/", "x", {}, std::vector<std::string>(11), plenty, b.out) ==
              client_error::bad_arguments));
  // A placeholder without its attachment would make the server drop the connection.
  boost::json::object placeholder{{"_placeholder", true}, {"num", 3}};
  BOOST_TEST(
      (b.socket.emit("/", "x", args({placeholder}), {"one"}, plenty, b.out) == client_error::bad_arguments));
  check(b.did(), {});
}

BOOST_AUTO_TEST_CASE(an_answer_that_does_not_come_is_a_timeout_once) {
  bench b;
  b.join();
  b.socket.emit_with_ack("/", "ask", {}, {}, plenty, 7, b.now + 100ms, b.out);
  b.out.clear();
  BOOST_TEST((b.socket.deadline() == b.now + 100ms));
  b.now += 100ms;
  b.socket.expire(b.now, b.out);
  b.text("30[]");
  check(b.did(), {"no ack 7: the acknowledgement did not come in time"});
}

BOOST_AUTO_TEST_CASE(an_event_that_was_not_sent_in_time_is_not_sent_at_all) {
  bench b;
  b.socket.want("/", b.now, b.out);
  b.socket.emit_with_ack("/", "ask", {}, {}, plenty, 7, b.now + 100ms, b.out);
  b.socket.emit_with_ack("/", "other", {}, {}, plenty, 8, no_timeout, b.out);
  b.socket.cancel(8);
  b.now += 100ms;
  b.socket.expire(b.now, b.out);
  check(b.did(), {"no ack 7: the acknowledgement did not come in time"});
  b.socket.engine_opened(b.now, b.out);
  b.socket.authenticate("/", nullptr, b.out);
  b.out.clear();
  b.text(R"(0{"sid":"x"})");
  check(b.did(), {"connected / x"});
}

BOOST_AUTO_TEST_CASE(a_cut_loses_the_answers_that_were_awaited_and_keeps_what_was_not_sent) {
  bench b;
  b.join();
  b.socket.emit_with_ack("/", "sent", {}, {}, plenty, 1, no_timeout, b.out);
  b.out.clear();
  b.socket.engine_closed(client_error::ping_timeout, true, b.out);
  check(b.did(), {"disconnected /: no ping from the server in time",
                  "no ack 1: disconnected before the acknowledgement came"});
  b.socket.emit_with_ack("/", "kept", {}, {}, plenty, 2, no_timeout, b.out);
  b.socket.engine_closed(client_error::transport_error, true, b.out);  // an attempt that failed
  check(b.did(), {});
  b.socket.engine_opened(b.now, b.out);
  b.socket.authenticate("/", nullptr, b.out);
  b.text(R"(0{"sid":"y"})");
  b.text(R"(31["there"])");
  check(b.did(), {"auth? /", "send 0", "connected / y", R"(send 21["kept"])", R"(acked 2 ["there"])"});
}

BOOST_AUTO_TEST_CASE(the_server_may_disconnect_a_namespace) {
  bench b;
  b.join();
  b.socket.emit_with_ack("/", "ask", {}, {}, plenty, 1, no_timeout, b.out);
  b.out.clear();
  b.text("1");
  check(b.did(), {"disconnected /: the server disconnected the namespace",
                  "no ack 1: disconnected before the acknowledgement came"});
  b.text(R"(2["late"])");
  check(b.did(), {});
  BOOST_TEST(!b.socket.any_wanted());
}

BOOST_AUTO_TEST_CASE(leaving_says_so_and_undoes_a_connect_under_way) {
  bench b;
  b.join();
  b.socket.leave("/", client_error::client_disconnect, b.out);
  check(b.did(), {"send 1", "disconnected /: disconnected by this client"});
  b.socket.want("/a", b.now, b.out);
  b.socket.authenticate("/a", nullptr, b.out);
  b.out.clear();
  b.socket.leave("/a", client_error::client_disconnect, b.out);
  check(b.did(), {});
  b.text(R"(0/a,{"sid":"late"})");
  check(b.did(), {"send 1/a,"});
}

BOOST_AUTO_TEST_CASE(events_before_the_answer_are_delivered_before_it) {
  bench b;
  b.socket.want("/", b.now, b.out);
  b.socket.engine_opened(b.now, b.out);
  b.socket.authenticate("/", nullptr, b.out);
  b.out.clear();
  b.text(R"(2["missed","o1"])");
  check(b.did(), {});
  b.text(R"(0{"sid":"x"})");
  check(b.did(), {R"(event / ["missed","o1"])", "connected / x"});
}

BOOST_AUTO_TEST_CASE(a_namespace_that_is_not_ours_is_ignored) {
  bench b;
  b.join();
  for (auto const* packet :
       {R"(2/other,["x"])", R"(0/other,{"sid":"x"})", "1/other,", R"(4/other,{"message":""})"}) {
    b.text(packet);
  }
  check(b.did(), {});
}

// WIRE 2.5.
BOOST_AUTO_TEST_CASE(recovery_sends_the_private_id_and_the_last_offset) {
  bench b;
  b.join("/", R"(0{"sid":"x","pid":"p"})");
  b.text(R"(2["a",1,"off1"])");
  b.text(R"(2["b","off2"])");
  b.text(R"(27["asks","not an offset"])");
  b.out.clear();
  b.socket.engine_closed(client_error::transport_close, true, b.out);
  b.socket.engine_opened(b.now, b.out);
  b.out.clear();
  b.socket.authenticate("/", boost::json::object{{"token", "t"}}, b.out);
  b.text(R"(0{"sid":"x","pid":"p"})");
  check(b.did(), {R"(send 0{"pid":"p","offset":"off2","token":"t"})", "connected / x recovered"});
  b.socket.engine_closed(client_error::transport_close, true, b.out);
  b.socket.engine_opened(b.now, b.out);
  b.socket.authenticate("/", nullptr, b.out);
  b.out.clear();
  b.text(R"(0{"sid":"z","pid":"q"})");
  check(b.did(), {"connected / z"});
}

BOOST_AUTO_TEST_CASE(without_an_offset_there_is_nothing_to_recover_from) {
  bench b;
  b.join("/", R"(0{"sid":"x","pid":"p"})");
  b.socket.engine_closed(client_error::transport_close, true, b.out);
  b.socket.engine_opened(b.now, b.out);
  b.out.clear();
  b.socket.authenticate("/", nullptr, b.out);
  b.text(R"(0{"sid":"y","pid":"q"})");
  check(b.did(), {R"(send 0{"pid":"p"})", "connected / y"});
}

BOOST_AUTO_TEST_CASE(the_users_own_members_go_before_those_of_recovery) {
  bench b;
  b.join("/", R"(0{"sid":"x","pid":"p"})");
  b.text(R"(2["a","o"])");
  b.socket.engine_closed(client_error::transport_close, true, b.out);
  b.socket.engine_opened(b.now, b.out);
  b.out.clear();
  b.socket.authenticate("/", boost::json::object{{"pid", "mine"}}, b.out);
  check(b.did(), {R"(send 0{"pid":"mine","offset":"o"})"});
}

BOOST_AUTO_TEST_CASE(who_leaves_a_namespace_gives_its_session_up) {
  bench b;
  b.join("/", R"(0{"sid":"x","pid":"p"})");
  b.text(R"(2["a","o"])");
  b.socket.leave("/", client_error::client_disconnect, b.out);
  b.socket.want("/", b.now, b.out);
  b.out.clear();
  b.socket.authenticate("/", nullptr, b.out);
  check(b.did(), {"send 0"});
}

BOOST_AUTO_TEST_CASE(a_connect_that_is_not_answered_fails_the_engine) {
  bench b;
  b.socket.want("/", b.now, b.out);
  b.socket.engine_opened(b.now, b.out);
  b.out.clear();
  b.now = *b.socket.deadline();
  b.socket.expire(b.now, b.out);
  check(b.did(), {"fail: the server did not answer in time"});
}

BOOST_AUTO_TEST_CASE(hostile_packets_fail_the_engine_and_nothing_else) {
  for (auto const* packet :
       {"", "9", "2", "2{}", "2[]", "2[null]", "2[{}]", R"(2["connect"])", "45abc-", "450-", R"(511-["x"])",
        R"(51-["x",{"_placeholder":true,"num":"0"}])", R"(51-["x",{"_placeholder":true,"num":-1}])",
        "34299999999999999999999[]", "3[", "0[]", "1{}", "4", R"(2["x"]junk)"}) {
    BOOST_TEST_CONTEXT(packet) {
      bench b;
      b.join();
      b.text(packet);
      check(b.did(), {"fail: the server sent a malformed packet"});
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace uploadproto::session
