// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "stages/id_number.hpp"

#include <algorithm>
#include <cstddef>

namespace uploadproto::reference {
namespace {

using namespace std::chrono;

constexpr std::size_t full_length = 13;
constexpr std::size_t shortest = 11;  // two leading zeros dropped: born in 2000 to 2009, or in January 1900

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
constexpr unsigned two_digits(char const* at) noexcept {
  return static_cast<unsigned>((at[0] - '0') * 10 + (at[1] - '0'));
}

// A digit in a doubled place counts as the sum of the digits of its double.
constexpr unsigned char doubled[10] = {0, 2, 4, 6, 8, 1, 3, 5, 7, 9};

// Sum over all digits with the last one in a doubled place (true) or not (false).
unsigned luhn_sum(std::string_view digits, bool double_last) noexcept {
  unsigned sum = 0;
  bool twice = double_last;
  for (std::size_t i = digits.size(); i-- > 0; twice = !twice) {
    auto const d = static_cast<unsigned>(digits[i] - '0');
    sum += twice ? doubled[d] : d;
  }
  return sum;
}

// The latest date with these two digits of the year that is not after the bound.
year_month_day resolve_birth_date(char const* yymmdd, year_month_day latest) noexcept {
  month const m{two_digits(yymmdd + 2)};
  day const d{two_digits(yymmdd + 4)};
  int const century = static_cast<int>(latest.year()) / 100 * 100;
  for (int y = century + static_cast<int>(two_digits(yymmdd)); y >= century - 100; y -= 100) {
    year_month_day const candidate{year{y}, m, d};
    if (candidate.ok() && candidate <= latest) return candidate;
  }
  return {};
}

}  // namespace

std::string_view to_string(id_problem problem) noexcept {
  switch (problem) {
    case id_problem::missing:
      return "missing";
    case id_problem::length:
      return "length";
    case id_problem::date:
      return "date";
    case id_problem::citizenship:
      return "citizenship";
    case id_problem::checksum:
      return "checksum";
  }
  return "";
}

std::string explain(id_problem problem, std::string_view digits) {
  auto const part = [&](std::size_t at, std::size_t count) {
    return std::string(digits.substr(std::min(at, digits.size()), count));
  };
  switch (problem) {
    case id_problem::missing:
      return "The row has no ID number.";
    case id_problem::length:
      return "An ID number has 13 digits; this one has " + std::to_string(digits.size()) + ".";
    case id_problem::date:
      return "The first six digits of an ID number are a date of birth (YYMMDD); " + part(0, 6) + " is none.";
    case id_problem::citizenship:
      return "The eleventh digit of an ID number is 0, 1 or 2; this one has " + part(10, 1) + ".";
    case id_problem::checksum:
      return "The last digit of the ID number does not fit the others; one of them is mistyped.";
  }
  return "";
}

id_number verify_id_number(std::string_view cell, year_month_day latest_birth) noexcept {
  id_number n;
  std::size_t found = 0;
  for (char c : cell) {
    if (!is_digit(c)) continue;
    if (found < n.digits_.size()) n.digits_[found] = c;
    ++found;
  }
  std::size_t const kept = found < n.digits_.size() ? found : n.digits_.size();
  n.size_ = static_cast<unsigned char>(kept);
  auto const reject = [&](id_problem why) {
    n.problem_ = why;
    return n;
  };
  if (found == 0) return reject(id_problem::missing);
  if (found < shortest || found > full_length) return reject(id_problem::length);
  if (std::size_t const lost = full_length - found) {
    for (std::size_t i = full_length; i-- > 0;) n.digits_[i] = i < lost ? '0' : n.digits_[i - lost];
    n.size_ = full_length;
  }
  n.birth_date_ = resolve_birth_date(n.digits_.data(), latest_birth);
  if (!n.birth_date_.ok()) return reject(id_problem::date);
  if (n.digits_[10] > '2') return reject(id_problem::citizenship);
  if (luhn_sum(n.digits(), false) % 10 != 0) return reject(id_problem::checksum);
  return n;
}

char luhn_check_digit(std::string_view digits) noexcept {
  return static_cast<char>('0' + (10 - luhn_sum(digits, true) % 10) % 10);
}

std::array<char, 13> make_id_number(year_month_day birth, unsigned serial, citizenship status) noexcept {
  std::array<char, 13> n{};
  auto const put = [&n](std::size_t at, std::size_t width, unsigned value) {
    for (std::size_t i = at + width; i-- > at; value /= 10) n[i] = static_cast<char>('0' + value % 10);
  };
  put(0, 2, static_cast<unsigned>(static_cast<int>(birth.year()) % 100));
  put(2, 2, static_cast<unsigned>(birth.month()));
  put(4, 2, static_cast<unsigned>(birth.day()));
  put(6, 4, serial);
  put(10, 1, static_cast<unsigned>(status));
  put(11, 1, 8);
  n[12] = luhn_check_digit({n.data(), 12});
  return n;
}

}  // namespace uploadproto::reference
