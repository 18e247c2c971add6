// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/asio/error.hpp>
#include <boost/test/unit_test.hpp>
#include <string>
#include <uploadproto/contract/upload_progress.hpp>
#include <uploadproto/session/json_client.hpp>

namespace {

using namespace uploadproto::session;
using namespace std::chrono_literals;
using uploadproto::wire::websocket::close_code;

/** A client and its own clock. What it asks for is kept as words. */
struct attempt_script {
  using output = json_client::output;

  explicit attempt_script(bool fresh = true, reconnect_options reconnection = {})
      : client(uploadproto::contract::upload_progress::info, {reconnection, 20s, fresh}, [] { return 0.0; }) {
  }

  json_client::time_point now{std::chrono::hours(1)};
  json_client client;
  std::string said;

  template <class Step>
  std::string step(Step&& run) {
    output out;
    run(out);
    std::string words;
    if (out.drop) words += "drop ";
    if (out.connected) words += "connected ";
    if (out.disconnected) words += "disconnected ";
    if (out.failed) words += "failed ";
    if (out.waiting) words += "wait " + std::to_string(out.waiting->count()) + " ";
    if (out.ended) words += "ended(" + (*out.ended ? out.ended->message() : "") + ") ";
    if (out.open) words += "open ";
    if (!out.say.empty()) words += "say:" + out.say + " ";
    return words;
  }
  std::string start() {
    return step([&](output& out) { client.start(now, out); });
  }
  std::string opened() {
    return step([&](output& out) { client.opened(now, out); });
  }
  std::string lost(json_client::loss how) {
    return step([&](output& out) { client.lost(how, now, out); });
  }
  std::string pass(std::chrono::milliseconds time) {
    std::string words;
    auto const end = now + time;
    while (client.deadline() <= end) {
      now = client.deadline();
      words += step([&](output& out) { client.expire(now, out); });
    }
    now = end;
    return words;
  }
  void live() {
    start();
    opened();
    client.heard(now);
  }
};

json_client::loss const cut{client_error::transport_close, 0, std::nullopt};

json_client::loss answered(int status) {
  return {client_error::unexpected_status, status, std::nullopt};
}
json_client::loss closed(int code) {
  return {client_error::transport_close, 0, static_cast<close_code>(code)};
}

std::string const refused = "ended(" + make_error_code(client_error::unauthorized).message() + ") ";

BOOST_AUTO_TEST_SUITE(session_json_client)

BOOST_AUTO_TEST_CASE(CO_13_a_lost_connection_is_made_again_with_growing_waits) {
  attempt_script s;
  s.live();
  BOOST_TEST(s.lost(cut) == "disconnected wait 1000 ");
  BOOST_TEST(s.pass(1s) == "open ");
  BOOST_TEST(s.lost(answered(503)) == "failed wait 2000 ");
  BOOST_TEST(s.pass(2s) == "open ");
  BOOST_TEST(s.lost(answered(429)) == "failed wait 4000 ");
  s.pass(4s);
  BOOST_TEST(s.opened() == "connected ");
  BOOST_TEST(s.lost(closed(1012)) ==
             "disconnected wait 5000 ");  // nothing was heard: the waits go on growing
  s.pass(5s);
  s.opened();
  s.client.heard(s.now);
  BOOST_TEST(s.lost(closed(1000)) == "disconnected wait 1000 ");
}

BOOST_AUTO_TEST_CASE(CO_13_a_refused_token_is_tried_once_more_where_there_is_a_fresh_one) {
  attempt_script s;
  s.live();
  s.lost(cut);
  s.pass(1s);
  BOOST_TEST(s.lost(answered(401)) == "failed wait 2000 ");
  s.pass(2s);
  BOOST_TEST(s.lost(answered(401)) == "failed " + refused);
  BOOST_TEST(s.client.ended());
  BOOST_TEST((s.client.deadline() == json_client::time_point::max()));
}

BOOST_AUTO_TEST_CASE(CO_13_the_same_refused_token_is_not_sent_again) {
  attempt_script s(false);
  s.start();
  BOOST_TEST(s.lost(answered(401)) == "failed " + refused);
}

BOOST_AUTO_TEST_CASE(CO_13_a_session_that_gets_no_token_any_more_gives_up) {
  attempt_script s;
  s.live();
  s.lost(cut);
  s.pass(1s);
  BOOST_TEST(s.lost({client_error::credentials_failed}) == "failed wait 2000 ");
  s.pass(2s);
  BOOST_TEST(s.lost({client_error::unauthorized}) == "failed " + refused);
}

BOOST_AUTO_TEST_CASE(UP_A2_a_refusal_may_come_as_a_close_code) {
  for (int code : {1008, 4401}) {
    attempt_script s(false);
    s.start();
    s.opened();
    BOOST_TEST(s.lost(closed(code)) == "disconnected " + refused);
  }
  attempt_script s;
  s.start();
  s.opened();
  BOOST_TEST(s.lost(closed(4403)) == "disconnected " + refused);
  // After the greeting 1008 means that a rule was broken, not that the token is bad.
  attempt_script later(false);
  later.live();
  BOOST_TEST(later.lost(closed(1008)) == "disconnected wait 1000 ");
}

BOOST_AUTO_TEST_CASE(UP_A5_another_users_batch_is_not_asked_for_twice) {
  attempt_script s;
  s.start();
  BOOST_TEST(s.lost(answered(403)) == "failed " + refused);
}

BOOST_AUTO_TEST_CASE(a_first_attempt_that_fails_is_reported_unless_patience_is_asked_for) {
  attempt_script s;
  s.start();
  BOOST_TEST(s.lost({boost::asio::error::connection_refused, 0, std::nullopt}).starts_with("failed ended("));
  attempt_script patient(true, {.first_attempt = true});
  patient.start();
  BOOST_TEST(patient.lost(answered(502)) == "failed wait 1000 ");
}

BOOST_AUTO_TEST_CASE(an_attempt_takes_twenty_seconds_at_most) {
  attempt_script s;
  s.live();
  s.lost(cut);
  BOOST_TEST(s.pass(1s) == "open ");
  BOOST_TEST(s.pass(19'999ms) == "");
  BOOST_TEST(s.pass(1ms) == "drop failed wait 2000 ");
}

BOOST_AUTO_TEST_CASE(UP_C1_a_ping_every_thirty_seconds_and_a_silent_server_is_left) {
  attempt_script s;
  s.live();
  BOOST_TEST(s.pass(29'999ms) == "");
  BOOST_TEST(s.pass(1ms) == "say:ping ");
  s.client.heard(s.now);
  BOOST_TEST(s.pass(30s) == "say:ping ");
  BOOST_TEST(s.pass(30s) == "drop disconnected wait 1000 ");
}

BOOST_AUTO_TEST_CASE(the_end_of_the_job_is_the_end_of_the_connection) {
  attempt_script s;
  s.live();
  BOOST_TEST(s.step([&](auto& out) { s.client.finish(out); }) == "drop ended() ");
  BOOST_TEST(s.lost(cut) == "");
  BOOST_TEST(s.pass(10min) == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
