// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <thread>
#include <uploadproto/session/ticket_office.hpp>
#include <vector>

namespace {

using namespace uploadproto::session;
namespace jwt = uploadproto::wire::jwt;
using namespace std::chrono_literals;

jwt::key const secret = *jwt::key::from_secret("0123456789abcdef0123456789abcdef");
ticket_office::clock::time_point const start{std::chrono::seconds(1'700'000'000)};

ticket_office make_office(std::size_t max_used = 1000) {
  return ticket_office(secret, {.max_used = max_used}, start);
}

std::string ticket(boost::json::object claims) {
  return *jwt::sign(secret, claims);
}

boost::json::object claims_of(std::int64_t issued, std::int64_t lives) {
  return {{"sub", "ann"}, {"type", "websocket"}, {"iat", issued}, {"exp", issued + lives}};
}

BOOST_AUTO_TEST_SUITE(session_ticket_office)

BOOST_AUTO_TEST_CASE(UP_A1_a_ticket_lets_its_user_in_once) {
  auto office = make_office();
  auto const issued = office.issue("ann", start);
  BOOST_TEST_REQUIRE(issued.has_value());
  auto const user = office.redeem(*issued, start + 10s);
  BOOST_TEST_REQUIRE(user.has_value());
  BOOST_TEST(*user == "ann");
  BOOST_TEST((office.redeem(*issued, start + 10s).error() == ticket_error::used));
  BOOST_TEST(*office.issue("ann", start) != *office.issue("ann", start));
}

BOOST_AUTO_TEST_CASE(UP_A1_of_a_hundred_at_once_one_gets_in) {
  auto office = make_office();
  for (int round = 0; round != 20; ++round) {
    auto const issued = *office.issue("ann", start);
    std::atomic<int> admitted{0}, ready{0};
    std::vector<std::thread> crowd;
    for (int i = 0; i != 100; ++i)
      crowd.emplace_back([&] {
        ++ready;
        while (ready != 100) std::this_thread::yield();
        if (office.redeem(issued, start + 1s)) ++admitted;
      });
    for (auto& one : crowd) one.join();
    BOOST_TEST(admitted == 1);
  }
}

BOOST_AUTO_TEST_CASE(UP_A1_a_ticket_expires_and_stays_used_until_then) {
  auto office = make_office();
  auto const issued = *office.issue("ann", start);
  BOOST_TEST((office.redeem(issued, start + 6min).error() == jwt::error::expired));
  auto const other = *office.issue("ann", start);
  BOOST_TEST(office.redeem(other, start).has_value());
  // Within the leeway of the verifier it would still be taken for one in time.
  BOOST_TEST((office.redeem(other, start + 5min + 20s).error() == ticket_error::used));
}

BOOST_AUTO_TEST_CASE(JW_5_a_session_is_no_ticket) {
  auto office = make_office();
  auto session = claims_of(1'700'000'000, 60);
  session.erase("type");
  BOOST_TEST((office.redeem(ticket(session), start).error() == jwt::error::wrong_use));
  session["type"] = "access";
  BOOST_TEST((office.redeem(ticket(session), start).error() == jwt::error::wrong_use));
  jwt::verifier const sessions(secret);
  BOOST_TEST((sessions.verify(*office.issue("ann", start), start).error() == jwt::error::wrong_use));
}

BOOST_AUTO_TEST_CASE(a_restart_does_not_make_used_tickets_good_again) {
  auto before = make_office();
  auto const old = *before.issue("ann", start);
  BOOST_TEST(before.redeem(old, start).has_value());
  ticket_office after(secret, {}, start + 2s);
  BOOST_TEST((after.redeem(old, start + 3s).error() == ticket_error::issued_before));
  auto undated = claims_of(1'700'000'000, 60);
  undated.erase("iat");
  BOOST_TEST((after.redeem(ticket(undated), start + 3s).error() == ticket_error::issued_before));
}

BOOST_AUTO_TEST_CASE(what_is_remembered_is_bounded) {
  auto office = make_office(2);
  BOOST_TEST((office.redeem(ticket(claims_of(1'700'000'000, 86400)), start).error() ==
              ticket_error::too_long_lived));
  BOOST_TEST(office.redeem(*office.issue("ann", start), start).has_value());
  BOOST_TEST(office.redeem(*office.issue("ann", start), start).has_value());
  auto const third = *office.issue("ann", start + 5min);
  BOOST_TEST((office.redeem(third, start + 5min).error() == ticket_error::office_full));
  BOOST_TEST(office.redeem(third, start + 7min).has_value());  // the first two have expired
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
