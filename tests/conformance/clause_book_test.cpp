// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>
#include <stdexcept>

#include "clauses/clause_book.hpp"

namespace conformance = uploadproto::conformance;
using conformance::clause_book;

BOOST_AUTO_TEST_SUITE(clause_book_test)

BOOST_AUTO_TEST_CASE(a_clause_ends_where_the_next_one_begins) {
  clause_book book;
  book.add("- `BU-T1 · MUST · server · doc` One. `BU-T2 · MAY · both · ext` Two,\nstill two.\n- no clause\n");
  BOOST_REQUIRE_EQUAL(2u, book.all().size());
  BOOST_CHECK_EQUAL("One.", book.at("BU-T1").text);
  BOOST_CHECK_EQUAL("Two,\nstill two.", book.at("BU-T2").text);
  BOOST_CHECK(book.at("BU-T2").level == conformance::level::may);
  BOOST_CHECK(book.at("BU-T2").source == conformance::source::extension);
  BOOST_CHECK(book.at("BU-T2").binds("client"));
  BOOST_CHECK(!book.at("BU-T1").binds("client"));
}

BOOST_AUTO_TEST_CASE(what_contradicts_itself_is_refused) {
  clause_book book;
  book.add("`BU-T1 · MUST · server · doc` One.");
  BOOST_CHECK_THROW(book.add("`BU-T1 · MUST · server · doc` Again."), std::invalid_argument);
  BOOST_CHECK_THROW(book.add("`BU-T3 · OUGHT · server · doc` Level."), std::invalid_argument);
  BOOST_CHECK_THROW(book.add("`BU-T4 · MUST · nobody · doc` Role."), std::invalid_argument);
  BOOST_CHECK_THROW(book.add("`BU-T5 · MUST · server · rumour` Source."), std::invalid_argument);
  BOOST_CHECK_THROW(book.at("BU-T9"), std::out_of_range);
}

BOOST_AUTO_TEST_CASE(the_shipped_pages_have_all_four_protocols) {
  clause_book const& book = conformance::shipped_clauses();
  for (auto const* id :
       {"CO-1", "CO-13", "JW-8", "BU-T1", "BU-H8", "BU-P5", "FU-P3", "UP-C1", "UP-P5", "CE-P3"})
    BOOST_CHECK_MESSAGE(book.find(id), id);
  BOOST_CHECK_GT(book.all().size(), 130u);
  for (auto const& one : book.all()) BOOST_CHECK_MESSAGE(one.text.size() > 10, one.id << ": " << one.text);
}

BOOST_AUTO_TEST_SUITE_END()
