// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// BU-P1: which column is what.
#include <boost/test/unit_test.hpp>
#include <set>

#include "ingest/header_map.hpp"
#include "ingest_archive.hpp"
#include "ingest_reading.hpp"

using namespace uploadproto::reference;
using namespace uploadproto::reference::test;

namespace {

row header(std::vector<std::string_view> const& titles) {
  row r;
  r.reset(1);
  for (std::size_t i = 0; i < titles.size(); ++i) r.set(static_cast<std::uint32_t>(i), titles[i]);
  return r;
}

void check_header_refused(std::vector<std::string_view> const& titles, std::string_view sentence) {
  BOOST_CHECK_EXCEPTION(header_map::read(header(titles)), input_error, [&](input_error const& e) {
    BOOST_TEST(e.what() == sentence);
    return e.problem() == input_problem::missing_column;
  });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ingest_header)

BOOST_AUTO_TEST_CASE(case_and_space_do_not_matter) {
  auto const map = header_map::read(
      header({"  id NUMBER ",
              "\xC2\xA0"
              "FirstName",
              "SURNAME", "cell  number", "E-Mail", "ward", "Voting_District", "Shoe size", "",
              "\xEF\xBB\xBF"
              "gender"}));
  BOOST_TEST(*map.index(column::id_number) == 0u);
  BOOST_TEST(*map.index(column::first_name) == 1u);
  BOOST_TEST(*map.index(column::surname) == 2u);
  BOOST_TEST(*map.index(column::cell_number) == 3u);
  BOOST_TEST(*map.index(column::email) == 4u);
  BOOST_TEST(*map.index(column::ward) == 5u);
  BOOST_TEST(*map.index(column::voting_district) == 6u);
  BOOST_TEST(*map.index(column::gender) == 9u);
  BOOST_TEST(!map.has(column::race));
  BOOST_TEST_REQUIRE(map.entries().size() == 9u);
  BOOST_TEST(map.entries()[7].title == "Shoe size");
  BOOST_TEST(!map.entries()[7].known.has_value());
  BOOST_TEST(map.entries()[8].index == 9u);
}

BOOST_AUTO_TEST_CASE(name_is_the_first_name_unless_there_is_a_better_one) {
  BOOST_TEST(*header_map::read(header({"ID Number", "Name"})).index(column::first_name) == 1u);
  BOOST_TEST(*header_map::read(header({"ID Number", "Name", "Firstname"})).index(column::first_name) == 2u);
  BOOST_TEST(*header_map::read(header({"ID Number", "Firstname", "Name"})).index(column::first_name) == 1u);
}

BOOST_AUTO_TEST_CASE(a_second_column_of_the_same_meaning_is_kept_as_unknown) {
  auto const map = header_map::read(header({"Email", "ID Number", "Email"}));
  BOOST_TEST(*map.index(column::email) == 0u);
  BOOST_TEST(map.entries()[0].known.has_value());
  BOOST_TEST(!map.entries()[2].known.has_value());
}

BOOST_AUTO_TEST_CASE(no_id_number_or_two) {
  check_header_refused({"Name", "", " Surname "},
                       "The column \"ID Number\" is missing; row 1 has: Name, Surname.");
  check_header_refused({"Two\nlines", "\xC3\x28"},
                       "The column \"ID Number\" is missing; row 1 has: Two lines, ?(.");
  check_header_refused({"ID Number", "Name", "id number"},
                       "The column \"ID Number\" stands twice, in A1 and C1; keep one of them.");
  BOOST_TEST(*header_map::read(header({"Identity Number", "ID Number"})).index(column::id_number) == 1u);
  std::vector<std::string_view> many(40, "Column of a rather long name that goes on and on");
  BOOST_CHECK_EXCEPTION(header_map::read(header(many)), input_error, [](input_error const& e) {
    return std::string_view(e.what()).ends_with(" and 28 more.") && std::string_view(e.what()).size() < 700;
  });
}

BOOST_AUTO_TEST_CASE(more_columns_than_any_list_has) {
  std::vector<std::string_view> titles(header_map::max_columns, "Column");
  titles[7] = "ID Number";
  BOOST_TEST(header_map::read(header(titles)).entries().size() == 256u);
  titles.push_back("One more");
  BOOST_CHECK_EXCEPTION(header_map::read(header(titles)), input_error, [](input_error const& e) {
    BOOST_TEST(e.what() == "Row 1 names more than 256 columns; remove some.");
    return e.problem() == input_problem::too_large;
  });
}

BOOST_AUTO_TEST_CASE(the_header_is_row_1) {
  temporary_directory const directory;
  auto const read = [&](std::string const& rows) {
    auto reader = workbook_reader::open(save(directory, workbook_xml::with_rows(rows).zip()));
    return header_map::read(reader);
  };
  std::string const cell = "<c t='str'><v>ID Number</v></c>";
  BOOST_TEST(read("<row>" + cell + "</row>").has(column::id_number));
  BOOST_CHECK_EXCEPTION(read(""), input_error,
                        [](auto const& e) { return e.problem() == input_problem::no_rows; });
  BOOST_CHECK_EXCEPTION(read("<row/><row>" + cell + "</row>"), input_error, [](auto const& e) {
    return e.problem() == input_problem::no_header && std::string_view(e.what()).ends_with("is row 2.");
  });
}

BOOST_AUTO_TEST_CASE(cells_come_trimmed) {
  auto const map = header_map::read(header({"ID Number", "Name"}));
  row r;
  r.reset(2);
  r.set(0, " 8001015009087\xC2\xA0");
  BOOST_TEST(map.get(r, column::id_number) == "8001015009087");
  BOOST_TEST(map.get(r, column::first_name) == "");
  BOOST_TEST(map.get(r, column::email) == "");
}

BOOST_AUTO_TEST_CASE(the_table_is_consistent) {
  std::set<std::string> spellings;
  std::size_t i = 0;
  for (auto const& d : known_columns()) {
    BOOST_TEST(static_cast<std::size_t>(d.id) == i++);
    BOOST_TEST(spellings.insert(fold_header(d.title)).second, d.title);
    for (std::string_view alias : d.aliases) {
      BOOST_TEST(fold_header(alias) == alias);
      BOOST_TEST(spellings.insert(std::string(alias)).second, alias);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
