// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Our reader and our writer against openpyxl. Exit code 77, which ctest shows as skipped, where there is
// none.
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <sstream>

#include "ingest/workbook_reader.hpp"
#include "stages/report_writer.hpp"
#include "temporary_directory.hpp"

using namespace uploadproto::reference;
using uploadproto::reference::test::temporary_directory;

namespace {

std::string python;

struct openpyxl_or_skip {
  openpyxl_or_skip() {
    for (std::string const name : {"python3", "/usr/bin/python3"})
      if (python.empty() && std::system((name + " -c 'import openpyxl' 2>/dev/null").c_str()) == 0)
        python = name;
    if (!python.empty()) return;
    std::puts("skipped: no python3 with openpyxl (Debian: python3-openpyxl)");
    std::fflush(stdout);
    std::_Exit(77);
  }
};

using lines = std::multiset<std::string>;

lines ask(std::string const& command, std::filesystem::path const& file) {
  std::string const line = python + " " + UPLOADPROTO_SOURCE_DIR + "/tests/server/ingest_oracle.py " +
                           command + " '" + file.string() + "' 2>&1";
  std::FILE* const pipe = ::popen(line.c_str(), "r");
  BOOST_TEST_REQUIRE(pipe);
  std::string all;
  char buffer[4096];
  while (std::size_t const n = std::fread(buffer, 1, sizeof buffer, pipe)) all.append(buffer, n);
  BOOST_TEST_REQUIRE(::pclose(pipe) == 0, all);
  lines answer;
  std::istringstream in(all);
  for (std::string one; std::getline(in, one);) answer.insert(one);
  return answer;
}

std::string cell_line(std::string_view sheet, std::size_t row_number, std::size_t column,
                      std::string_view text) {
  std::string line =
      std::string(sheet) + " " + std::to_string(row_number) + " " + std::to_string(column) + " ";
  char digits[3];
  for (char c : text) {
    std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned char>(c));
    line += digits;
  }
  return line;
}

void check_same(lines const& ours, lines const& theirs) {
  BOOST_TEST(!theirs.empty());
  BOOST_TEST(ours == theirs, boost::test_tools::per_element());
}

}  // namespace

BOOST_TEST_GLOBAL_FIXTURE(openpyxl_or_skip);

BOOST_AUTO_TEST_SUITE(ingest_oracle)

BOOST_AUTO_TEST_CASE(we_read_what_openpyxl_wrote) {
  temporary_directory const directory;
  auto const theirs = ask("write", directory / "theirs.xlsx");
  lines ours;
  auto reader = workbook_reader::open(directory / "theirs.xlsx");
  BOOST_TEST(reader.sheet_name() == "First worksheet");
  for (row r; reader.next(r);)
    for (std::size_t i = 0; i < r.size(); ++i)
      if (!r[i].empty()) ours.insert(cell_line("First_worksheet", r.number(), i + 1, r[i]));
  check_same(ours, theirs);
}

BOOST_AUTO_TEST_CASE(openpyxl_reads_what_we_wrote) {
  temporary_directory const directory;
  report_options options;
  options.path = directory / "report.xlsx";
  options.columns = {"ID Number", "Name", "=cmd()"};
  std::string_view const titles[] = {"Row",
                                     "ID Number",
                                     "Name",
                                     "'=cmd()",
                                     "Verified ID",
                                     "Result",
                                     "Reason",
                                     "Registration",
                                     "Voter Status",
                                     "Registered Ward",
                                     "Registered Voting District",
                                     "Database",
                                     "Error"};
  std::string_view const names[] = {"Zoë",  "<&>\"",        " spaced ", "two\nlines",
                                    "=1+1", "+27825550101", "日本語 😀", "@SUM(1)"};
  lines ours;
  for (std::size_t i = 0; i < std::size(titles); ++i) ours.insert(cell_line("All_Rows", 1, i + 1, titles[i]));
  {
    report_writer writer(options);
    for (std::uint32_t n = 0; n < 500; ++n) {
      std::string_view const name = names[n % std::size(names)];
      std::string_view const cells[] = {"8001015009087", name};
      report_row r;
      r.number = n + 2;
      r.cells = cells;
      r.id_number = "8001015009087";
      r.registered = registration::registered;
      writer.add(r);
      bool const dangerous = name == "=1+1" || name == "@SUM(1)";
      ours.insert(cell_line("All_Rows", r.number, 1, std::to_string(r.number)));
      ours.insert(cell_line("All_Rows", r.number, 2, "8001015009087"));
      ours.insert(cell_line("All_Rows", r.number, 3, (dangerous ? "'" : "") + std::string(name)));
      ours.insert(cell_line("All_Rows", r.number, 5, "8001015009087"));
      ours.insert(cell_line("All_Rows", r.number, 6, "Valid"));
      ours.insert(cell_line("All_Rows", r.number, 8, "Registered"));
    }
    summary_line const summary[] = {summary_line::of("Rows", std::uint64_t{500})};
    writer.finish(summary);
  }
  lines all_rows;
  std::set<std::string> sheets;
  for (std::string const& line : ask("read", options.path)) {
    if (line.starts_with("All_Rows ")) all_rows.insert(line);
    sheets.insert(line.substr(0, line.find(' ')));
  }
  BOOST_TEST(sheets.size() == 8u);
  check_same(all_rows, ours);
}

BOOST_AUTO_TEST_SUITE_END()
