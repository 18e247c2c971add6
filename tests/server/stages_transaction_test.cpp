// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdio>
#include <random>

#include "ingest/csv_parser.hpp"
#include "stages/transaction_rows.hpp"

using namespace uploadproto::reference;

namespace {

std::string amount(std::string_view text, decimal_mark mark = decimal_mark::unknown) {
  auto const read = read_amount(text, mark);
  return read.problem.empty() ? decimal_text(read.units) : std::string(read.problem);
}

std::string date(std::string_view text, day_order order = day_order::unknown) {
  auto const read = read_date(text, order);
  return std::string(read.problem.empty() ? read.text() : read.problem);
}

/** Good rows as `ROW DATE AMOUNT DESCRIPTION VENDOR REFERENCE`, bad ones as their sentence. */
std::vector<std::string> statement(std::string_view text) {
  std::vector<std::string> out;
  std::optional<transaction_reader> reader;
  for (bool const looking : {true, false}) {
    csv_parser parser;
    parser.feed(text);
    parser.finish();
    csv_row row;
    BOOST_TEST_REQUIRE(parser.next(row));
    if (looking) reader.emplace(transaction_columns::read(row));
    transaction t;
    while (parser.next(row)) {
      if (looking) {
        reader->look_at(row);
      } else if (auto problem = reader->read(row, t); !problem.empty()) {
        out.push_back(problem);
      } else {
        std::string line =
            std::to_string(t.row) + " " + std::string(t.date.text()) + " " + decimal_text(t.amount);
        for (auto const text_of : {t.description, t.vendor, t.reference}) line += " " + std::string(text_of);
        out.push_back(line);
      }
    }
  }
  return out;
}

std::string refusal(std::string_view text) {
  try {
    statement(text);
    return "none";
  } catch (input_error const& e) {
    BOOST_TEST(static_cast<int>(e.problem()) == static_cast<int>(input_problem::missing_column));
    return e.what();
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stages_transaction)

BOOST_AUTO_TEST_CASE(amounts) {
  struct {
    std::string_view text, expected;
  } const table[] = {
      {"12.34", "12.34"},
      {"0", "0.00"},
      {"-0.00", "0.00"},
      {"1,234.56", "1234.56"},
      {"1.234,56", "1234.56"},
      {"1 234,56", "1234.56"},
      {"1\u00A0234,56", "1234.56"},
      {"1\u202F234,56", "1234.56"},
      {"1'234.56", "1234.56"},
      {"1\u2019234.56", "1234.56"},
      {"1,234,567.89", "1234567.89"},
      {"1.234.567", "1234567.00"},
      {"12,34,567.89", "1234567.89"},
      {"1,234", "1234.00"},
      {"1.234", "1234.00"},
      {"1234.567", "1234.567"},
      {"0.123", "0.123"},
      {".5", "0.50"},
      {"12,5", "12.50"},
      {"12.3456", "12.3456"},
      {"12.34000", "12.34"},
      {"(12.00)", "-12.00"},
      {"($1,234.50)", "-1234.50"},
      {"$(12.00)", "-12.00"},
      {"-12.00", "-12.00"},
      {"- 12.00", "-12.00"},
      {"\u221212.00", "-12.00"},
      {"12.00-", "-12.00"},
      {"+12.00", "12.00"},
      {"-$12.00", "-12.00"},
      {"$-12.00", "-12.00"},
      {"R 1 234.50", "1234.50"},
      {"-R12.50", "-12.50"},
      {"ZAR 12", "12.00"},
      {"12,50 \u20AC", "12.50"},
      {"\u00A312.50", "12.50"},
      {"\u20B91,23,456.00", "123456.00"},
      {"Rs. 100", "100.00"},
      {"12.00 DR", "-12.00"},
      {"12.00CR", "12.00"},
      {"USD 12.00 Cr", "12.00"},
      {"  7.10\t", "7.10"},
      {"99999999999999.9999", "99999999999999.9999"},
      {"0000000000000000001.00", "1.00"},
      {"", "is empty"},
      {"   ", "is empty"},
      {"abc", "is not a number"},
      {"12.3.4", "has its thousands in groups of other than three digits"},
      {"1,23.45", "has its thousands in groups of other than three digits"},
      {"1234,567.89", "has its thousands in groups of other than three digits"},
      {"1,234.567,89", "has its thousands in groups of other than three digits"},
      {"1.23456", "has more than four decimals"},
      {"100000000000000", "has more than fourteen digits before the decimals"},
      {"1e5", "is not a number"},
      {"0x10", "is not a number"},
      {"NaN", "is not a number"},
      {"=1+1", "is not a number"},
      {"12 DR-", "has more than one sign"},
      {"(-12)", "has more than one sign"},
      {"--12", "has more than one sign"},
      {"(12", "is not a number"},
      {"12)", "is not a number"},
      {")12(", "is not a number"},
      {"12.", "is not a number"},
      {"12%", "is not a number"},
      {"\xFF"
       "12",
       "is not a number"},
      {"1111111111111111111111111111111111111111111111111111111111111111111", "is not a number"},
  };
  for (auto const& [text, expected] : table)
    BOOST_TEST(amount(text) == expected, text << " gives " << amount(text));
}

BOOST_AUTO_TEST_CASE(the_file_decides_what_one_amount_leaves_open) {
  BOOST_TEST(amount("1.234", decimal_mark::point) == "1.234");
  BOOST_TEST(amount("1.234", decimal_mark::comma) == "1234.00");
  BOOST_TEST(amount("1,234", decimal_mark::comma) == "1.234");
  BOOST_TEST(amount("-1,234", decimal_mark::point) == "-1234.00");
  BOOST_TEST((evident_decimal_mark("1,234") == decimal_mark::unknown));
  BOOST_TEST((evident_decimal_mark("12") == decimal_mark::unknown));
  BOOST_TEST((evident_decimal_mark("") == decimal_mark::unknown));
  BOOST_TEST((evident_decimal_mark("1,5") == decimal_mark::comma));
  BOOST_TEST((evident_decimal_mark("R 1,234.50") == decimal_mark::point));
  BOOST_TEST((evident_decimal_mark("1.234.567") == decimal_mark::comma));
}

BOOST_AUTO_TEST_CASE(amounts_in_every_notation_are_the_same_amount) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20'000; ++i) {
    auto const cents = static_cast<std::int64_t>(random() >> (4 + random() % 58)) / 100;
    if (cents >= 100'000'000'000'000 * 100 || cents < 0) continue;
    std::string whole = std::to_string(cents / 100);
    auto const decimals = std::to_string(100 + cents % 100).substr(1);
    if (whole.size() > 14) continue;
    for (auto const& [group, mark] :
         {std::pair<std::string, char>{",", '.'}, {".", ','}, {" ", ','}, {"'", '.'}, {"", '.'}}) {
      std::string grouped = whole;
      for (std::size_t at = grouped.size(); at > 3; at -= 3) grouped.insert(at - 3, group);
      std::string const text = grouped + mark + decimals;
      BOOST_TEST_REQUIRE(amount(text) == whole + "." + decimals, text);
      BOOST_TEST_REQUIRE(read_amount("(" + text + ")", decimal_mark::unknown).units == -cents * 100, text);
    }
  }
}

BOOST_AUTO_TEST_CASE(dates) {
  struct {
    std::string_view text, expected;
  } const table[] = {
      {"2024-01-31", "2024-01-31"},
      {"2024/1/31", "2024-01-31"},
      {"2024.01.31", "2024-01-31"},
      {"20240131", "2024-01-31"},
      {"31/01/2024", "2024-01-31"},
      {"31.1.24", "2024-01-31"},
      {"31-01-1999", "1999-01-31"},
      {"3/4/70", "1970-04-03"},
      {"3/4/69", "2069-04-03"},
      {"31 Jan 2024", "2024-01-31"},
      {"31-JAN-24", "2024-01-31"},
      {"1 September 2024", "2024-09-01"},
      {"1 Sept. 2024", "2024-09-01"},
      {"Jan 31, 2024", "2024-01-31"},
      {"2024-02-29T13:45:00Z", "2024-02-29"},
      {"29/02/2024 1:45 PM", "2024-02-29"},
      {" 2024-01-31 ", "2024-01-31"},
      {"", "is empty"},
      {"2023-02-29", "is no day of the calendar"},
      {"31/04/2024", "is no day of the calendar"},
      {"01/31/2024", "is no day of the calendar"},
      {"00/01/2024", "is no day of the calendar"},
      {"1899-12-31", "is not between 1900 and 2199"},
      {"31 Foo 2024", "is in no known form; expected for example 2024-01-31 or 31/01/2024"},
      {"31 Ma 2024", "is in no known form; expected for example 2024-01-31 or 31/01/2024"},
      {"45322", "is in no known form; expected for example 2024-01-31 or 31/01/2024"},
      {"2024-01", "is in no known form; expected for example 2024-01-31 or 31/01/2024"},
      {"2024-01-31x", "is in no known form; expected for example 2024-01-31 or 31/01/2024"},
      {"31/01/20244", "is in no known form; expected for example 2024-01-31 or 31/01/2024"},
      {"999999999999/1/1", "is in no known form; expected for example 2024-01-31 or 31/01/2024"},
      {"31//01//2024", "2024-01-31"},
      {"yesterday", "is in no known form; expected for example 2024-01-31 or 31/01/2024"},
  };
  for (auto const& [text, expected] : table)
    BOOST_TEST(date(text) == expected, text << " gives " << date(text));
  BOOST_TEST(date("03/04/2024", day_order::month_first) == "2024-03-04");
  BOOST_TEST(date("01/31/2024", day_order::month_first) == "2024-01-31");
  BOOST_TEST((evident_day_order("31/01/2024") == day_order::day_first));
  BOOST_TEST((evident_day_order("01/31/2024") == day_order::month_first));
  BOOST_TEST((evident_day_order("03/04/2024") == day_order::unknown));
  BOOST_TEST((evident_day_order("2024-01-31") == day_order::unknown));
}

BOOST_AUTO_TEST_CASE(every_day_in_every_form) {
  using namespace std::chrono;
  for (sys_days day = 1970y / January / 1; day <= sys_days(2069y / December / 31); day += days(17)) {
    year_month_day const d(day);
    auto const y = static_cast<int>(d.year());
    auto const m = static_cast<unsigned>(d.month()), n = static_cast<unsigned>(d.day());
    char expected[16], text[32];
    std::snprintf(expected, sizeof expected, "%04d-%02u-%02u", y, m, n);
    std::snprintf(text, sizeof text, "%u/%u/%02d", n, m, y % 100);
    BOOST_TEST_REQUIRE(date(text) == expected);
    std::snprintf(text, sizeof text, "%02u/%02u/%d", m, n, y);
    BOOST_TEST_REQUIRE(date(text, day_order::month_first) == expected);
    std::snprintf(text, sizeof text, "%d%02u%02u", y, m, n);
    BOOST_TEST_REQUIRE(date(text) == expected);
  }
}

BOOST_AUTO_TEST_CASE(a_statement_with_amounts) {
  BOOST_TEST(statement("Posting Date;Merchant Name; DETAILS ;Amount;Ref\n"
                       "03/04/2024;Woolworths;Card purchase;1,234;A1\n"
                       "04/30/2024;;Salary;12.345,60;\n"
                       "04/31/2024;x;y;1,5;\n"
                       "04/01/2024;x;=cmd();much;\n"
                       "04/01/2024;x\n") ==
                 (std::vector<std::string>{"2 2024-03-04 1.234 Card purchase Woolworths A1",
                                           "3 2024-04-30 12345.60 Salary  ",
                                           "Row 4: the date \"04/31/2024\" is no day of the calendar.",
                                           "Row 5: the amount \"much\" is not a number.",
                                           "Row 6: there are 2 columns; expected 5, as the header has."}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_statement_with_debits_and_credits) {
  BOOST_TEST(statement("Date,Description,Debit,Credit\n"
                       "2024-01-01,a,12.00,\n2024-01-01,b,,13.00\n2024-01-01,c,-14.00,0.00\n2024-01-01,d,,\n"
                       "2024-01-01,e,1.00,2.00\n2024-01-01,f,x,\n") ==
                 (std::vector<std::string>{"2 2024-01-01 -12.00 a  ", "3 2024-01-01 13.00 b  ",
                                           "4 2024-01-01 -14.00 c  ", "Row 5: the amount is empty.",
                                           "Row 6: the amount is both a debit and a credit.",
                                           "Row 7: the amount is not a number."}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(headers_that_do_not_do) {
  BOOST_TEST(refusal("When,Amount,Description\n") ==
             "Row 1: no column is named \"Date\"; found: When, Amount, Description.");
  BOOST_TEST(
      refusal("Date,Debit,Description\n") ==
      "Row 1: no column is named \"Amount\" (or two named \"Debit\" and \"Credit\"); found: Date, Debit, "
      "Description.");
  BOOST_TEST(refusal("Date,Amount\n") == "Row 1: no column is named \"Description\"; found: Date, Amount.");
  BOOST_TEST(refusal("Date,Amount,Description, AMOUNT\n") ==
             "Row 1: the column \"amount\" stands twice, as columns 2 and 4; keep one of them.");
  // What is not looked at may stand there as often as it likes, and so may a column of a lesser name.
  BOOST_TEST(
      statement("Date,Amount,Description,x,x,Value Date,Value Date\n2024-01-01,1,a,1,2,3,4\n").size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
