// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>
#include <uploadproto/session/admission.hpp>

namespace {

using namespace uploadproto::session;
using namespace std::chrono_literals;
using verdict = admission::verdict;

admission::time_point const start{std::chrono::hours(1)};

struct desk : admission {
  explicit desk(std::size_t max_claims = 100'000)
      : admission({.max_connections_per_user = 5, .max_claims = max_claims}) {}
};

BOOST_AUTO_TEST_SUITE(session_admission)

BOOST_AUTO_TEST_CASE(UP_N1_the_sixth_connection_is_refused_until_one_of_the_five_goes) {
  desk d;
  for (int i = 0; i != 5; ++i)
    BOOST_TEST((d.enter("job-" + std::to_string(i), "ann", start) == verdict::admitted));
  BOOST_TEST((d.enter("job-0", "ann", start) == verdict::too_many_connections));
  BOOST_TEST((d.enter("job-9", "bob", start) == verdict::admitted));
  BOOST_TEST(d.connections() == 6u);
  BOOST_TEST(d.users() == 2u);
  BOOST_TEST(d.followed_jobs() == 6u);
  d.leave("job-3", "ann", start);
  BOOST_TEST((d.enter("job-0", "ann", start) == verdict::admitted));
  BOOST_TEST(d.followed_jobs() == 5u);
}

BOOST_AUTO_TEST_CASE(UP_A6_a_job_is_the_first_users) {
  desk d;
  BOOST_TEST((d.enter("job", "ann", start) == verdict::admitted));
  BOOST_TEST((d.enter("job", "bob", start) == verdict::not_owner));
  BOOST_TEST(!d.take("job", "bob", start));
  BOOST_TEST(d.take("other", "bob", start));
  BOOST_TEST((d.enter("other", "ann", start) == verdict::not_owner));
}

BOOST_AUTO_TEST_CASE(UP_A6_a_claim_without_an_upload_lapses_an_hour_after_its_last_connection) {
  desk d;
  d.enter("job", "ann", start);
  BOOST_TEST((d.enter("job", "bob", start + 5h) == verdict::not_owner));  // ann is still there
  d.leave("job", "ann", start + 5h);
  BOOST_TEST((d.enter("job", "bob", start + 5h + 59min) == verdict::not_owner));
  BOOST_TEST((d.enter("job", "bob", start + 6h) == verdict::admitted));
}

BOOST_AUTO_TEST_CASE(UP_A6_an_upload_makes_a_claim_last) {
  desk d;
  d.enter("job", "ann", start);
  d.leave("job", "ann", start);
  BOOST_TEST(d.take("job", "ann", start + 30min));
  BOOST_TEST((d.enter("job", "bob", start + 48h) == verdict::not_owner));
  d.release("job", start + 48h);
  BOOST_TEST((d.enter("job", "bob", start + 49h) == verdict::admitted));
}

BOOST_AUTO_TEST_CASE(refusals_leave_no_trace) {
  desk d;
  d.enter("job", "ann", start);
  for (int i = 0; i != 100; ++i) d.enter("job", "user-" + std::to_string(i), start);
  BOOST_TEST(d.users() == 1u);
}

BOOST_AUTO_TEST_CASE(idle_claims_are_bounded_and_the_oldest_goes_first) {
  desk d(3);
  for (char const* job : {"a", "b", "c", "d"}) {
    d.enter(job, "ann", start);
    d.leave(job, "ann", start);
  }
  BOOST_TEST((d.enter("a", "bob", start) == verdict::admitted));
  BOOST_TEST((d.enter("d", "bob", start) == verdict::not_owner));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
