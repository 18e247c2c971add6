// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// FU-P3: a workbook and a CSV file are read alike, and a file that is not what its name says is refused.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <string>

#include "ingest/table_reader.hpp"
#include "sample_workbook.hpp"
#include "temporary_directory.hpp"

using namespace uploadproto::reference;

namespace {

struct fixture {
  test::temporary_directory directory;

  std::filesystem::path file(std::string const& bytes) const {
    std::ofstream{directory / "file", std::ios::binary} << bytes;
    return directory / "file";
  }

  /** Rows as `NUMBER: cell|cell`, a problem after ` ! `, the refusal last; each on a line. */
  std::string read(table_kind kind, std::filesystem::path const& from, std::uint64_t max_rows = 100) const {
    std::string text;
    try {
      auto reader = table_reader::open(from, kind, max_rows, {}, directory.path());
      for (row r; reader.next(r);) {
        text += std::to_string(r.number()) + ": ";
        for (std::size_t i = 0; i < r.size(); ++i) text.append(i ? "|" : "").append(r[i]);
        text += (reader.problem().empty() ? "" : " ! " + reader.problem()) + "\n";
      }
    } catch (input_error const& e) {
      text += e.what();
    }
    return text;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(server_table_reader, fixture)

BOOST_AUTO_TEST_CASE(the_kind_is_what_the_name_says) {
  BOOST_TEST((table_kind_of("a.xlsx") == table_kind::workbook));
  BOOST_TEST((table_kind_of("A.b.XLSX") == table_kind::workbook));
  BOOST_TEST((table_kind_of("a.Csv") == table_kind::csv));
  for (auto const* name : {"", "csv", "a.xls", "a.csv.txt", "a.csvx"}) BOOST_TEST(!table_kind_of(name), name);
}

BOOST_AUTO_TEST_CASE(both_kinds_give_the_same_rows_with_the_numbers_that_the_user_sees) {
  test::write_workbook(directory / "a.xlsx", {{"A", "B"}, {"1", "2"}, {}, {" ", " "}, {"3"}});
  std::string const expected = "1: A|B\n2: 1|2\n5: 3\n";
  BOOST_TEST(read(table_kind::workbook, directory / "a.xlsx") == expected);
  BOOST_TEST(read(table_kind::csv, file("A,B\n1,2\n\n ,\t\n3,\n")) == expected);
  BOOST_TEST(read(table_kind::csv, file("\xEF\xBB\xBF"
                                        "A;B\r\n1;2\r\n\r\n ; \r\n\"3\";\r\n")) == expected);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_row_alone_comes_with_the_row) {
  BOOST_TEST(read(table_kind::csv, file("A,B\n1,2,3\n4,5\n")) ==
             "1: A|B\n2: 1|2|3 ! Row 2: there are 3 columns; expected 2, as the header has.\n3: 4|5\n");
}

BOOST_AUTO_TEST_CASE(one_row_too_many_is_refused) {
  std::string const csv = "A\n1\n2\n";
  BOOST_TEST(read(table_kind::csv, file(csv), 2) == "1: A\n2: 1\n3: 2\n");
  BOOST_TEST(read(table_kind::csv, file(csv), 1) ==
             "1: A\n2: 1\nThere are more than 1 rows below the header.");
  test::write_workbook(directory / "a.xlsx", {{"A"}, {"1"}, {"2"}});
  BOOST_TEST(read(table_kind::workbook, directory / "a.xlsx", 1) ==
             "1: A\n2: 1\nThere are more than 1 rows below the header.");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_not_what_its_name_says_is_refused) {
  test::write_workbook(directory / "a.xlsx", {{"A"}, {"1"}});
  BOOST_TEST(
      read(table_kind::csv, directory / "a.xlsx") ==
      "The file is a zip archive or an Excel workbook (.xlsx), not a CSV file; save it as CSV (UTF-8).");
  BOOST_TEST(read(table_kind::csv, file("%PDF-1.7\nA,B\n1,2\n")) ==
             "The file is a PDF document, not a CSV file; save it as CSV (UTF-8).");
  BOOST_TEST(read(table_kind::csv, file("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and more"))
                 .starts_with("The file is an old Office file, not a CSV file"));
  BOOST_TEST(read(table_kind::workbook, file("A,B\n1,2\n")).starts_with("The file is plain text, not"));
  BOOST_TEST(read(table_kind::csv, file("")) == "The file is empty (0 bytes).");
  BOOST_TEST(read(table_kind::csv, file(std::string("A\n1\0\n", 5))).find("NUL") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
