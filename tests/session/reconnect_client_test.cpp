// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>
#include <uploadproto/session/reconnect.hpp>
#include <vector>

namespace uploadproto::session {
namespace {

using namespace std::chrono_literals;

std::vector<long> waits(reconnect_options const& options, double random, int count) {
  reconnect backoff(options);
  std::vector<long> out;
  for (int i = 0; i < count; ++i) {
    auto const wait = backoff.next(random);
    out.push_back(wait ? static_cast<long>(wait->count()) : -1);
  }
  return out;
}

void check(std::vector<long> const& found, std::vector<long> const& expected) {
  BOOST_CHECK_EQUAL_COLLECTIONS(found.begin(), found.end(), expected.begin(), expected.end());
}

BOOST_AUTO_TEST_SUITE(client_reconnect)  // CO-13, WIRE 2.6

BOOST_AUTO_TEST_CASE(waits_double_up_to_the_cap) {
  check(waits({}, 0, 5), {1000, 2000, 4000, 5000, 5000});
}

// An even first decimal digit takes the deviation away, an odd one adds it; the cap comes after it.
BOOST_AUTO_TEST_CASE(one_random_number_gives_size_and_sign_of_the_jitter) {
  check(waits({}, 0.2, 4), {900, 1800, 3600, 5000});
  check(waits({}, 0.5, 4), {1250, 2500, 5000, 5000});
  check(waits({}, 0.8, 3), {600, 1200, 2400});
  check(waits({}, 0.999, 1), {1499});
}

BOOST_AUTO_TEST_CASE(jitter_can_be_switched_off_and_turned_up) {
  reconnect_options options;
  options.randomization = 0;
  check(waits(options, 0.9, 2), {1000, 2000});
  options.randomization = 1;
  check(waits(options, 0.8, 2), {200, 400});
}

BOOST_AUTO_TEST_CASE(attempts_are_counted_and_limited) {
  reconnect_options options;
  options.attempts = 2;
  check(waits(options, 0, 4), {1000, 2000, -1, -1});
  options.enabled = false;
  check(waits(options, 0, 1), {-1});
}

BOOST_AUTO_TEST_CASE(success_begins_again) {
  reconnect backoff({});
  backoff.next(0);
  backoff.next(0);
  BOOST_TEST(backoff.made() == 2u);
  backoff.reset();
  BOOST_TEST(backoff.made() == 0u);
  BOOST_TEST((backoff.next(0) == 1000ms));
}

BOOST_AUTO_TEST_CASE(a_million_failures_overflow_nothing) {
  reconnect backoff({});
  for (int i = 0; i < 1000000; ++i) {
    auto const wait = backoff.next(i % 2 ? 0.99 : 0.01);
    BOOST_REQUIRE(wait);
    BOOST_REQUIRE((*wait >= 0ms && *wait <= 5000ms));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace uploadproto::session
