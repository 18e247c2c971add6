// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>

#include "probe/trace.hpp"

namespace conformance = uploadproto::conformance;

BOOST_AUTO_TEST_SUITE(trace_test)

BOOST_AUTO_TEST_CASE(tokens_are_left_out) {
  BOOST_CHECK_EQUAL(
      R"(40{"token":"<token>"})",
      conformance::without_tokens(R"(40{"token":"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln"})"));
  BOOST_CHECK_EQUAL("<token> <token>", conformance::without_tokens("eyJa.b.c eyJd.e."));
  BOOST_CHECK_EQUAL("eyJust a word", conformance::without_tokens("eyJust a word"));
}

BOOST_AUTO_TEST_CASE(lines_are_bounded_and_on_one_line) {
  conformance::trace t;
  t.add("a/1", conformance::trace::direction::received, std::string(100'000, 'x') + "\n");
  t.add("a/1", conformance::trace::direction::sent,
        "two\nlines\x1e"
        "and a separator");
  BOOST_CHECK_LT(t.render().size(), 5000u);
  BOOST_CHECK_NE(std::string::npos, t.render().find("a/1 > two lines|and a separator"));
}

BOOST_AUTO_TEST_SUITE_END()
