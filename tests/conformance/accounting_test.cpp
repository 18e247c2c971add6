// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>

#include "verdict/accounting.hpp"

namespace {

using namespace uploadproto::conformance;

case_result result_of(std::string id, verdict v) {
  case_result out;
  out.id = std::move(id);
  out.verdict = v;
  return out;
}

accounting of(std::initializer_list<verdict> verdicts) {
  accounting out;
  for (verdict v : verdicts) out.results.push_back(result_of("case" + std::to_string(out.results.size()), v));
  return out;
}

finding found(level l, bool holds) {
  return {"CO-1", l, holds, {}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(accounting_test)

BOOST_AUTO_TEST_CASE(findings_add_up_to_the_worst) {
  BOOST_CHECK(verdict_of({}) == verdict::not_run);
  BOOST_CHECK(verdict_of({found(level::must, true)}) == verdict::pass);
  BOOST_CHECK(verdict_of({found(level::may, false)}) == verdict::pass);
  BOOST_CHECK(verdict_of({found(level::should, false), found(level::must, true)}) == verdict::warn);
  BOOST_CHECK(verdict_of({found(level::should, false), found(level::must, false)}) == verdict::fail);
}

BOOST_AUTO_TEST_CASE(only_what_was_judged_and_kept_is_a_success) {
  BOOST_CHECK_EQUAL(0, of({verdict::pass, verdict::warn, verdict::skip, verdict::known_failing}).exit_code());
  for (verdict bad : {verdict::fail, verdict::not_run, verdict::error, verdict::unexpected_pass}) {
    BOOST_CHECK_EQUAL(1, of({verdict::pass, bad}).exit_code());
    BOOST_CHECK_EQUAL(1u, of({verdict::pass, bad}).objections().size());
  }
}

BOOST_AUTO_TEST_CASE(nothing_judged_is_never_a_success) {
  BOOST_CHECK_EQUAL(3, of({}).exit_code());
  BOOST_CHECK_EQUAL(3, of({verdict::skip, verdict::skip}).exit_code());
  BOOST_CHECK_EQUAL(3, of({verdict::error}).exit_code());
}

BOOST_AUTO_TEST_CASE(a_verdict_that_changes_is_an_objection) {
  accounting all;
  all.results = {result_of("a", verdict::pass), result_of("a", verdict::warn), result_of("b", verdict::pass)};
  BOOST_CHECK_EQUAL(1, all.exit_code());
  BOOST_REQUIRE_EQUAL(1u, all.unsteady().size());
  BOOST_CHECK_EQUAL("a", all.unsteady().front());
}

BOOST_AUTO_TEST_CASE(known_failures_must_fail_and_must_be_there) {
  known_failures known("# comment\nbu/*   # all of them\r\n\nfu/one\nce/none");
  BOOST_CHECK(known.apply("bu/a", verdict::fail) == verdict::known_failing);
  BOOST_CHECK(known.apply("fu/one", verdict::pass) == verdict::unexpected_pass);
  BOOST_CHECK(known.apply("fu/one", verdict::error) == verdict::error);
  BOOST_CHECK(known.apply("fu/two", verdict::fail) == verdict::fail);
  BOOST_REQUIRE_EQUAL(1u, known.dead().size());
  BOOST_CHECK_EQUAL("ce/none", known.dead().front());
  accounting all = of({verdict::pass});
  all.dead_patterns = known.dead();
  BOOST_CHECK_EQUAL(1, all.exit_code());
}

BOOST_AUTO_TEST_CASE(patterns_match_as_in_a_shell) {
  BOOST_CHECK(matches("bu/*/range", "bu/stages/range"));
  BOOST_CHECK(matches("*", ""));
  BOOST_CHECK(matches("b?/x*", "bu/x"));
  BOOST_CHECK(!matches("bu/*", "fu/x"));
  BOOST_CHECK(!matches("bu/?", "bu/"));
  BOOST_CHECK(!matches("bu", "bu/x"));
}

BOOST_AUTO_TEST_SUITE_END()
