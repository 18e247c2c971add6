// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// BU-P2: South African ID numbers.
#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>
#include <chrono>

#include "stages/id_number.hpp"

using namespace uploadproto::reference;
using namespace std::chrono;

namespace {

constexpr year_month_day today = 2025y / November / 25;

std::string problem_of(std::string_view cell) {
  auto const n = verify_id_number(cell, today);
  return n.valid() ? "valid" : std::string(to_string(*n.problem()));
}

// Luhn as its inventor described it: double from the right, add up the digits of each.
bool luhn_by_the_book(std::string_view digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int d = digits[digits.size() - 1 - i] - '0';
    if (i % 2 == 1) d *= 2;
    sum += d / 10 + d % 10;
  }
  return sum % 10 == 0;
}

year_month_day any_birth() {
  auto const first = sys_days{1926y / January / 1}.time_since_epoch().count();
  auto const last = sys_days{today}.time_since_epoch().count();
  return year_month_day(
      sys_days(days(*rc::gen::inRange(static_cast<int>(first), static_cast<int>(last) + 1))));
}

std::string any_valid(year_month_day birth) {
  auto const serial = *rc::gen::inRange(0u, 10'000u);
  auto const status = static_cast<citizenship>(*rc::gen::inRange(0, 3));
  auto const n = make_id_number(birth, serial, status);
  return {n.begin(), n.end()};
}

void check(bool held) {
  BOOST_TEST(held);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stages_id_number)

BOOST_AUTO_TEST_CASE(each_reason_has_its_turn) {
  BOOST_TEST(problem_of("8001015009087") == "valid");
  BOOST_TEST(problem_of("800101 5009 087") == "valid");
  BOOST_TEST(problem_of(" 8001015009087\n") == "valid");
  BOOST_TEST(problem_of("") == "missing");
  BOOST_TEST(problem_of("n/a") == "missing");
  BOOST_TEST(problem_of("\xD9\xA1\xD9\xA2") == "missing");  // digits of another script
  BOOST_TEST(problem_of("8001015009") == "length");
  BOOST_TEST(problem_of("80010150090870") == "length");
  BOOST_TEST(problem_of(std::string(100'000, '1')) == "length");
  BOOST_TEST(problem_of("8013015009087") == "date");
  BOOST_TEST(problem_of("8000015009087") == "date");
  BOOST_TEST(problem_of("8001325009087") == "date");
  BOOST_TEST(problem_of("8102295009087") == "date");
  BOOST_TEST(problem_of("8001015009387") == "citizenship");
  BOOST_TEST(problem_of("8001015009088") == "checksum");
  BOOST_TEST(problem_of("0000000000000") == "date");
}

BOOST_AUTO_TEST_CASE(leading_zeros_that_excel_dropped) {
  auto const eight = make_id_number(2008y / February / 29, 1234, citizenship::citizen);
  std::string const full(eight.begin(), eight.end());
  BOOST_TEST_REQUIRE(full.starts_with("08"));
  BOOST_TEST(verify_id_number(full.substr(1), today).digits() == full);
  auto const zero = make_id_number(2000y / December / 31, 1234, citizenship::citizen);
  std::string const two(zero.begin(), zero.end());
  BOOST_TEST_REQUIRE(two.starts_with("0012"));
  BOOST_TEST(verify_id_number(two.substr(2), today).digits() == two);
  BOOST_TEST(verify_id_number(two.substr(2), today).valid());
  BOOST_TEST(problem_of(two.substr(3)) == "length");
}

BOOST_AUTO_TEST_CASE(the_century_is_the_latest_one_that_is_past) {
  auto const born = [](std::string_view yymmdd, year_month_day latest) {
    std::string n = std::string(yymmdd) + "500008";
    n += luhn_check_digit(n);
    return verify_id_number(n, latest).birth_date();
  };
  BOOST_TEST((born("251125", today) == today));
  BOOST_TEST((born("251126", today) == 1925y / November / 26));
  BOOST_TEST((born("000229", today) == 2000y / February / 29));
  BOOST_TEST((born("260101", today) == 1926y / January / 1));
  BOOST_TEST((born("991231", today) == 1999y / December / 31));
  // 29 February 2100 does not exist; by then 2000 is a hundred years past, and still the only year that had
  // it.
  BOOST_TEST((born("000229", 2100y / March / 1) == 2000y / February / 29));
  BOOST_TEST(!born("000229", 1950y / January / 1).ok());  // 1900 was no leap year
}

BOOST_AUTO_TEST_CASE(what_the_digits_say) {
  auto const n = verify_id_number("8001015009087", today);
  BOOST_TEST((n.birth_date() == 1980y / January / 1));
  BOOST_TEST((n.sex() == gender::male));
  BOOST_TEST((n.status() == citizenship::citizen));
  auto const w = make_id_number(1985y / May / 5, 4999, citizenship::refugee);
  auto const v = verify_id_number({w.data(), w.size()}, today);
  BOOST_TEST((v.sex() == gender::female));
  BOOST_TEST((v.status() == citizenship::refugee));
}

BOOST_AUTO_TEST_CASE(reasons_are_sentences) {
  auto const sentence = [](std::string_view cell) {
    auto const n = verify_id_number(cell, today);
    return explain(*n.problem(), n.digits());
  };
  BOOST_TEST(sentence("123") == "An ID number has 13 digits; this one has 3.");
  BOOST_TEST(sentence("8013015009087").find("801301 is none") != std::string::npos);
  BOOST_TEST(sentence("8001015009387").find("has 3") != std::string::npos);
  BOOST_TEST(explain(id_problem::citizenship, "").ends_with("."));
}

BOOST_AUTO_TEST_CASE(made_numbers_are_valid) {
  check(rc::check("a number that was made is verified, and its birth date comes back", [] {
    auto const birth = any_birth();
    std::string const id = any_valid(birth);
    auto const n = verify_id_number(id, today);
    RC_ASSERT(n.valid());
    RC_ASSERT(n.digits() == id);
    RC_ASSERT(n.birth_date() == birth);
    RC_ASSERT(luhn_by_the_book(id));
  }));
}

BOOST_AUTO_TEST_CASE(one_wrong_digit_is_noticed) {
  check(rc::check("changing any one digit makes a valid number invalid", [] {
    std::string id = any_valid(any_birth());
    auto const at = static_cast<std::size_t>(*rc::gen::inRange(0, 13));
    id[at] = static_cast<char>('0' + (id[at] - '0' + *rc::gen::inRange(1, 10)) % 10);
    RC_ASSERT(!verify_id_number(id, today).valid());
  }));
}

BOOST_AUTO_TEST_CASE(whatever_stands_between_the_digits_is_dropped) {
  check(rc::check("foreign characters do not change the verdict", [] {
    std::string const id = any_valid(any_birth());
    std::string cell;
    for (char c : id) {
      for (char other : *rc::gen::container<std::string>(rc::gen::arbitrary<char>()))
        if (other < '0' || other > '9') cell += other;
      cell += c;
    }
    RC_ASSERT(verify_id_number(cell, today).digits() == id);
    RC_ASSERT(verify_id_number(cell, today).valid());
  }));
}

BOOST_AUTO_TEST_CASE(any_text_gets_a_verdict) {
  check(rc::check("no text is too strange, and a valid one obeys the book", [] {
    auto const text = *rc::gen::container<std::string>(
        rc::gen::oneOf(rc::gen::inRange('0', ':'), rc::gen::arbitrary<char>()));
    auto const n = verify_id_number(text, today);
    if (n.valid()) RC_ASSERT(luhn_by_the_book(n.digits()));
    RC_ASSERT(n.valid() || !explain(*n.problem(), n.digits()).empty());
  }));
}

BOOST_AUTO_TEST_SUITE_END()
