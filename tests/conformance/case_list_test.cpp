// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>

#include "cases/all_cases.hpp"
#include "clauses/clause_book.hpp"
#include "run/run_options.hpp"

namespace {

using namespace uploadproto::conformance;

std::size_t selected(run_options const& options, bool reference = true) {
  target t = default_target();
  t.reference = reference;
  return select_cases(all_cases(), t, options).size();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(case_list_test)

BOOST_AUTO_TEST_CASE(every_case_says_what_it_is) {
  for (test_case const& c : all_cases()) {
    BOOST_CHECK_MESSAGE(c.title.ends_with('.'), c.id << ": its title is no sentence");
    BOOST_CHECK_MESSAGE(find_protocol(c.protocol), c.id << ": " << c.protocol);
    for (std::string const& id : c.clauses)
      BOOST_CHECK_MESSAGE(shipped_clauses().at(id).binds("server"), c.id << " judges a server by " << id);
  }
}

BOOST_AUTO_TEST_CASE(options_select_cases) {
  BOOST_CHECK_EQUAL(all_cases().size(), selected({}));
  BOOST_CHECK_EQUAL(1u, selected({.protocols = {}, .patterns = {"bu/stages/range"}}));
  BOOST_CHECK_EQUAL(0u, selected({.protocols = {"file_upload"}, .patterns = {"bu/*"}}));
  BOOST_CHECK_GT(selected({}), selected({.protocols = {}, .patterns = {}, .level = level::must}));
  BOOST_CHECK_GE(selected({}), selected({}, false));
}

BOOST_AUTO_TEST_CASE(a_case_that_nobody_answers_is_an_error_not_a_pass) {
  target t = default_target();
  for (protocol_target& p : t.protocols) p.url = p.rest_url = "http://127.0.0.1:1";
  t.patience = std::chrono::milliseconds(500);
  t.tokens.secret = "a secret of thirty-two bytes or more";
  run_options const options{.protocols = {}, .patterns = {"*/events/one-terminal"}};
  accounting const all = run_cases(select_cases(all_cases(), t, options), t, options, {}, [](auto const&) {});
  BOOST_CHECK_EQUAL(4u, all.results.size());
  for (case_result const& r : all.results)
    BOOST_CHECK_MESSAGE(r.verdict == verdict::fail || r.verdict == verdict::error, r.id);
  BOOST_CHECK_NE(0, all.exit_code());
}

BOOST_AUTO_TEST_SUITE_END()
