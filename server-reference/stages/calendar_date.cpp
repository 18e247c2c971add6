// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "stages/calendar_date.hpp"

#include <chrono>
#include <cstddef>

#include "ingest/header_map.hpp"

namespace uploadproto::reference {
namespace {

constexpr std::string_view unknown_form =
    "is in no known form; expected for example 2024-01-31 or 31/01/2024";
constexpr std::string_view no_such_day = "is no day of the calendar";
constexpr std::string_view other_century = "is not between 1900 and 2199";
constexpr std::string_view absent = "is empty";

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
bool is_letter(char c) noexcept {
  return lower(c) >= 'a' && lower(c) <= 'z';
}

// A number, or a month's name.
struct part {
  int number = 0;
  std::size_t digits = 0;  // 0: a name
};

struct parts {
  std::array<part, 3> at{};
  std::size_t count = 0;
  std::string_view rest;
};

// 0 when it is none; at least three letters of a name, or all of it.
int month_named(std::string_view word) noexcept {
  constexpr std::string_view names[] = {"january",   "february", "march",    "april",
                                        "may",       "june",     "july",     "august",
                                        "september", "october",  "november", "december"};
  for (int m = 0; m < 12; ++m) {
    if (word.size() < 3 || word.size() > names[m].size()) continue;
    std::size_t same = 0;
    while (same < word.size() && lower(word[same]) == names[m][same]) ++same;
    if (same == word.size()) return m + 1;
  }
  return 0;
}

// False at something that cannot be part of a date.
bool take_part(std::string_view& text, parts& found) noexcept {
  part& p = found.at[found.count];
  std::size_t size = 0;
  if (is_digit(text.front())) {
    for (; size < text.size() && is_digit(text[size]) && size <= 8; ++size)
      p.number = p.number * 10 + (text[size] - '0');
    p.digits = size;
  } else {
    while (size < text.size() && is_letter(text[size])) ++size;
    p.number = month_named(text.substr(0, size));
    if (p.number == 0) return false;
  }
  text.remove_prefix(size);
  ++found.count;
  return true;
}

bool is_separator(char c) noexcept {
  return c == '-' || c == '/' || c == '.' || c == ' ' || c == ',';
}

parts split(std::string_view text) noexcept {
  parts found;
  while (!text.empty() && found.count < 3) {
    if (!take_part(text, found)) return {};
    if (found.count == 1 && found.at[0].digits == 8) break;
    if (found.count == 3) break;
    std::size_t separators = 0;
    while (separators < text.size() && is_separator(text[separators])) ++separators;
    if (separators == 0 || separators > 2) return {};
    text.remove_prefix(separators);
  }
  found.rest = text;
  return found;
}

// Nothing, or a time: `T10:00`, ` 10:00:00 AM`.
bool is_time(std::string_view rest) noexcept {
  if (rest.empty()) return true;
  return rest.size() >= 5 && (rest[0] == 'T' || rest[0] == ' ') && is_digit(rest[1]) &&
         (rest[2] == ':' || (is_digit(rest[2]) && rest[3] == ':'));
}

int full_year(part const& p) noexcept {
  return p.digits > 2 ? p.number : p.number < 70 ? 2000 + p.number : 1900 + p.number;
}

bool year_last(parts const& p) noexcept {
  return p.count == 3 && p.at[0].digits >= 1 && p.at[0].digits <= 2 && p.at[1].digits >= 1 &&
         p.at[1].digits <= 2 && (p.at[2].digits == 2 || p.at[2].digits == 4);
}

date_reading make_date(int year, int month, int day) noexcept {
  if (year < 1900 || year > 2199) return {{}, other_century};
  using namespace std::chrono;
  year_month_day const date(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                            std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) return {{}, no_such_day};
  auto const digit = [](int n) { return static_cast<char>('0' + n % 10); };
  return {{digit(year / 1000), digit(year / 100), digit(year / 10), digit(year), '-', digit(month / 10),
           digit(month), '-', digit(day / 10), digit(day)},
          {}};
}

}  // namespace

date_reading read_date(std::string_view text, day_order order) noexcept {
  text = trim(text);
  if (text.empty()) return {{}, absent};
  auto const p = split(text);
  auto const& [a, b, c] = p.at;
  if (!is_time(p.rest)) return {{}, unknown_form};
  if (p.count == 1 && a.digits == 8)
    return make_date(a.number / 10'000, a.number / 100 % 100, a.number % 100);
  if (p.count != 3) return {{}, unknown_form};
  if (year_last(p)) {
    bool const month_first = order == day_order::month_first;
    return make_date(full_year(c), month_first ? a.number : b.number, month_first ? b.number : a.number);
  }
  bool const short_numbers = b.digits <= 2 && c.digits >= 1;
  if (a.digits == 4 && short_numbers && c.digits <= 2) return make_date(a.number, b.number, c.number);
  bool const day_month_year = (a.digits == 1 || a.digits == 2) && b.digits == 0;  // 31 Jan 2024
  bool const month_day_year = a.digits == 0 && (b.digits == 1 || b.digits == 2);  // Jan 31, 2024
  if ((day_month_year || month_day_year) && (c.digits == 2 || c.digits == 4))
    return make_date(full_year(c), day_month_year ? b.number : a.number,
                     day_month_year ? a.number : b.number);
  return {{}, unknown_form};
}

day_order evident_day_order(std::string_view text) noexcept {
  auto const p = split(trim(text));
  if (!year_last(p)) return day_order::unknown;
  bool const first_is_day = p.at[0].number > 12, second_is_day = p.at[1].number > 12;
  if (first_is_day == second_is_day) return day_order::unknown;
  return first_is_day ? day_order::day_first : day_order::month_first;
}

}  // namespace uploadproto::reference
