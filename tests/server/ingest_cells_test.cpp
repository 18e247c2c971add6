// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>
#include <chrono>

#include "ingest/cell_text.hpp"
#include "ingest/excerpt.hpp"
#include "ingest/spill_buffer.hpp"
#include "temporary_directory.hpp"

using namespace uploadproto::reference;

namespace {

std::string date(std::string_view serial, shown_as as, bool epoch_1904 = false) {
  std::string out;
  append_date(out, serial, as, epoch_1904);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ingest_cells)

BOOST_AUTO_TEST_CASE(format_codes) {
  struct {
    std::string_view code;
    shown_as shown;
  } const table[] = {
      {"General", shown_as::number},
      {"0", shown_as::number},
      {"0000000000000", shown_as::number},
      {"#,##0.00;[Red]-#,##0.00", shown_as::number},
      {"\"R\" #,##0", shown_as::number},
      {"\"day\" 0", shown_as::number},
      {"0\\d", shown_as::number},
      {"0_d", shown_as::number},
      {"@", shown_as::number},
      {"[Magenta]0", shown_as::number},
      {"[Yellow]0", shown_as::number},
      {"", shown_as::number},
      {"\"unclosed", shown_as::number},
      {"[unclosed", shown_as::number},
      {"yyyy-mm-dd", shown_as::date},
      {"DD/MM/YYYY", shown_as::date},
      {"[$-1C09]d mmmm yyyy", shown_as::date},
      {"mmm", shown_as::date},
      {"General;yyyy", shown_as::number},
      {"yyyy;General", shown_as::date},
      {"h:mm", shown_as::time},
      {"hh:mm AM/PM", shown_as::time},
      {"mm:ss.0", shown_as::time},
      {"yyyy-mm-dd hh:mm", shown_as::date_time},
      {"[h]:mm", shown_as::duration},
      {"[mm]:ss", shown_as::duration},
      {"[hm]0", shown_as::number},
  };
  for (auto const& [code, shown] : table)
    BOOST_TEST(static_cast<int>(shown_by_format_code(code)) == static_cast<int>(shown), code);
}

BOOST_AUTO_TEST_CASE(every_day_of_the_calendar) {
  using namespace std::chrono;
  for (int serial = 61; serial <= 2'958'465; serial += 13) {
    year_month_day const day(sys_days{1899y / December / 30} + days(serial));
    char expected[16];
    std::snprintf(expected, sizeof expected, "%04d-%02u-%02u", static_cast<int>(day.year()),
                  static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
    BOOST_TEST_REQUIRE(date(std::to_string(serial), shown_as::date) == expected);
    BOOST_TEST_REQUIRE(date(std::to_string(serial - 1462), shown_as::date, true) ==
                       (serial >= 1462 ? expected : std::to_string(serial - 1462)));
  }
}

BOOST_AUTO_TEST_CASE(clocks_are_rounded_to_the_second) {
  BOOST_TEST(date("45351.9999999", shown_as::date_time) == "2024-03-01");
  BOOST_TEST(date("45351.9999999", shown_as::date) == "2024-02-29");
  BOOST_TEST(date("0.9999999", shown_as::time) == "00:00:00");
  BOOST_TEST(date("0.25", shown_as::date_time) == "06:00:00");
  BOOST_TEST(date("0.25", shown_as::date) == "0.25");
  BOOST_TEST(date("0", shown_as::date) == "0");
  BOOST_TEST(date("100.5", shown_as::duration) == "2412:00:00");
  BOOST_TEST(date("2958465.9999999", shown_as::date_time) == "2958465.9999999");
  BOOST_TEST(date("1e300", shown_as::date) == "1e+300");
  BOOST_TEST(date("soon", shown_as::date) == "soon");
}

BOOST_AUTO_TEST_CASE(references) {
  for (std::uint32_t column : {0u, 25u, 26u, 701u, 702u, 16'383u}) {
    auto const read = parse_cell_reference(column_letters(column) + "1048576");
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST(read->column == column);
    BOOST_TEST(read->row == 1'048'576u);
  }
  BOOST_TEST(column_letters(16'383) == "XFD");
  for (std::string_view bad : {"", "A", "1", "A0", "$A$1", "A1 ", "A-1", "AAAA1", "A12345678", "A1B"})
    BOOST_TEST(!parse_cell_reference(bad).has_value(), bad);
}

BOOST_AUTO_TEST_CASE(excerpts_fit_in_a_sentence) {
  BOOST_TEST(excerpt("Zoë") == "Zoë");
  BOOST_TEST(excerpt("") == "");
  BOOST_TEST(excerpt("a\nb\tc\x7F") == "a b c ");
  BOOST_TEST(excerpt("\xFF\xC3(\xED\xA0\x80\xF5\xC0\xAF\xE2\x82") == "\?\?(" + std::string(8, '?'));
  BOOST_TEST(excerpt(std::string(41, 'x')) == std::string(40, 'x') + "…");
  BOOST_TEST(excerpt("123é", 4) == "123…");
  BOOST_TEST(excerpt("123é", 5) == "123é");
}

BOOST_AUTO_TEST_CASE(spilled_bytes_are_the_bytes) {
  test::temporary_directory const directory;
  spill_buffer kept(1 << 20, directory.path());
  spill_buffer spilled(spill_buffer::page_size * 2, directory.path());
  std::string all;
  for (int i = 0; all.size() < 400'000; ++i) {
    std::string const piece = std::string(static_cast<std::size_t>(i % 61), static_cast<char>('a' + i % 26));
    kept.append(piece);
    spilled.append(piece);
    all += piece;
    // Read back while it grows, now and then across pages and at the unfinished end.
    std::size_t const at = all.size() * static_cast<std::size_t>(i % 7) / 8;
    std::size_t const count = std::min<std::size_t>(all.size() - at, 20'000);
    BOOST_TEST_REQUIRE((spilled.read(at, count) == std::string_view(all).substr(at, count)));
    BOOST_TEST_REQUIRE((kept.read(at, count) == std::string_view(all).substr(at, count)));
  }
  BOOST_TEST(spilled.spilled());
  BOOST_TEST(!kept.spilled());
  BOOST_TEST(std::filesystem::is_empty(directory.path()));  // the file has no name
}

BOOST_AUTO_TEST_SUITE_END()
