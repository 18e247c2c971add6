// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "ingest/cell_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace uploadproto::reference {
namespace {

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view without_space(std::string_view text) noexcept {
  auto const space = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!text.empty() && space(text.front())) text.remove_prefix(1);
  while (!text.empty() && space(text.back())) text.remove_suffix(1);
  return text;
}

// Plain decimal integers stand in the file as Excel shows them.
bool is_plain_integer(std::string_view text) noexcept {
  if (text.empty() || text.size() > 15) return false;
  if (text.front() == '0') return text.size() == 1;
  return std::all_of(text.begin(), text.end(), is_digit);
}

std::optional<double> parse_number(std::string_view text) noexcept {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

void append_double(std::string& out, double value) {
  char digits[40];
  if (value == std::trunc(value) && std::abs(value) < 1e15) {
    auto const [end, ec] = std::to_chars(digits, digits + sizeof digits, static_cast<long long>(value));
    out.append(digits, end);
    return;
  }
  int const n = std::snprintf(digits, sizeof digits, "%.15g", value);
  std::replace(digits, digits + n, ',', '.');
  out.append(digits, static_cast<std::size_t>(n));
}

void append_padded(std::string& out, long long value, int width) {
  char digits[24];
  int const n = std::snprintf(digits, sizeof digits, "%0*lld", width, value);
  out.append(digits, static_cast<std::size_t>(n));
}

void append_clock(std::string& out, long long seconds) {
  append_padded(out, seconds / 3600, 2);
  out += ':';
  append_padded(out, seconds / 60 % 60, 2);
  out += ':';
  append_padded(out, seconds % 60, 2);
}

// Proleptic Gregorian date of a count of days since 0000-03-01, which makes leap days the last of their year.
void append_day(std::string& out, long long days) {
  long long const era = days / 146'097;
  long long const day_of_era = days % 146'097;
  long long const year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  long long const day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  long long const shifted_month = (5 * day_of_year + 2) / 153;
  long long const month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  append_padded(out, year_of_era + era * 400 + (month <= 2 ? 1 : 0), 4);
  out += '-';
  append_padded(out, month, 2);
  out += '-';
  append_padded(out, day_of_year - (153 * shifted_month + 2) / 5 + 1, 2);
}

constexpr long long day_1899_12_30 = 693'899;  // since 0000-03-01
constexpr long long day_1904_01_01 = 695'361;
constexpr long long last_serial_1900 = 2'958'465;  // 9999-12-31
constexpr long long last_serial_1904 = 2'957'003;

void append_serial_day(std::string& out, long long serial, bool epoch_1904) {
  if (epoch_1904) return append_day(out, day_1904_01_01 + serial);
  if (serial == 60) {  // the day that Excel has and the calendar has not
    out += "1900-02-29";
    return;
  }
  append_day(out, day_1899_12_30 + serial + (serial < 60 ? 1 : 0));
}

void append_utf8(std::string& out, std::uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

constexpr std::size_t escape_size = 7;  // _xHHHH_

std::optional<std::uint32_t> escape_at(std::string_view text, std::size_t at) noexcept {
  if (text.size() - at < escape_size || text[at] != '_' || text[at + 1] != 'x' || text[at + 6] != '_')
    return std::nullopt;
  std::uint32_t value = 0;
  char const* const begin = text.data() + at + 2;
  auto const [end, ec] = std::from_chars(begin, begin + 4, value, 16);
  if (ec != std::errc() || end != begin + 4) return std::nullopt;
  return value;
}

constexpr bool is_high_surrogate(std::uint32_t c) noexcept {
  return c >= 0xD800 && c < 0xDC00;
}
constexpr bool is_low_surrogate(std::uint32_t c) noexcept {
  return c >= 0xDC00 && c < 0xE000;
}
constexpr bool is_dropped(std::uint32_t c) noexcept {
  return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0xFFFE || c == 0xFFFF;
}

}  // namespace

shown_as shown_by_builtin_format(unsigned id) noexcept {
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 58))
    return shown_as::date;
  if ((id >= 18 && id <= 21) || id == 32 || id == 33 || id == 45 || id == 47) return shown_as::time;
  if (id == 22 || id == 34 || id == 35)
    return shown_as::date_time;  // 34, 35: a date in Japanese, a time in Chinese
  if (id == 46) return shown_as::duration;
  return shown_as::number;
}

shown_as shown_by_format_code(std::string_view code) noexcept {
  bool day = false, clock = false, month_or_minute = false, elapsed = false;
  for (std::size_t i = 0; i < code.size() && code[i] != ';'; ++i) {
    char const c = lower(code[i]);
    if (c == '"') {
      i = std::min(code.find('"', i + 1), code.size());
    } else if (c == '\\' || c == '_' || c == '*') {
      ++i;  // the next character is shown, skipped over or repeated, not a placeholder
    } else if (c == '[') {
      std::size_t const close = std::min(code.find(']', i + 1), code.size());
      char const first = i + 1 < code.size() ? lower(code[i + 1]) : '\0';
      std::string_view const inside = code.substr(i + 1, close - i - 1);
      elapsed |= (first == 'h' || first == 'm' || first == 's') &&
                 std::all_of(inside.begin(), inside.end(), [&](char x) { return lower(x) == first; });
      i = close;
    } else if (c == 'g' && code.size() - i >= 7 && lower(code[i + 1]) == 'e' && lower(code[i + 2]) == 'n') {
      i += 6;  // General
    } else if (c == 'y' || c == 'd') {
      day = true;
    } else if (c == 'h' || c == 's') {
      clock = true;
    } else if (c == 'm') {
      month_or_minute = true;
    }
  }
  if (elapsed) return shown_as::duration;
  if (day) return clock ? shown_as::date_time : shown_as::date;
  if (clock) return shown_as::time;
  return month_or_minute ? shown_as::date : shown_as::number;
}

void append_number(std::string& out, std::string_view stored) {
  stored = without_space(stored);
  if (is_plain_integer(stored)) {
    out += stored;
  } else if (auto const value = parse_number(stored)) {
    append_double(out, *value);
  } else {
    out += stored;
  }
}

void append_date(std::string& out, std::string_view stored, shown_as as, bool epoch_1904) {
  constexpr long long day_seconds = 86'400;
  auto const value = parse_number(without_space(stored));
  double const last = static_cast<double>(epoch_1904 ? last_serial_1904 : last_serial_1900);
  if (as == shown_as::number || !value || *value < 0 || *value >= last + 1) return append_number(out, stored);

  long long const seconds = std::llround(*value * day_seconds);
  long long const serial = seconds / day_seconds;
  long long const clock = seconds % day_seconds;
  bool const has_day = serial > 0 || epoch_1904;
  switch (as) {
    case shown_as::duration:
      return append_clock(out, seconds);
    case shown_as::time:
      return append_clock(out, clock);
    case shown_as::date:
      if (*value < 1 && !epoch_1904) return append_number(out, stored);
      return append_serial_day(out, static_cast<long long>(*value), epoch_1904);
    default:
      if (static_cast<double>(serial) > last) return append_number(out, stored);
      if (!has_day) return append_clock(out, clock);
      append_serial_day(out, serial, epoch_1904);
      if (clock == 0) return;
      out += 'T';
      return append_clock(out, clock);
  }
}

void decode_escapes(std::string& text) {
  std::size_t at = text.find("_x");
  if (at == std::string::npos) return;
  std::string out(text, 0, at);
  while (at < text.size()) {
    auto const value = escape_at(text, at);
    if (!value) {
      out += text[at++];
      continue;
    }
    at += escape_size;
    auto const low = is_high_surrogate(*value) ? escape_at(text, at) : std::nullopt;
    if (low && is_low_surrogate(*low)) {
      at += escape_size;
      append_utf8(out, 0x10000 + ((*value - 0xD800) << 10) + (*low - 0xDC00));
    } else if (is_high_surrogate(*value) || is_low_surrogate(*value)) {
      append_utf8(out, 0xFFFD);
    } else if (!is_dropped(*value)) {
      append_utf8(out, *value);
    }
  }
  text = std::move(out);
}

std::optional<cell_position> parse_cell_reference(std::string_view text) noexcept {
  std::size_t i = 0;
  std::uint32_t column = 0;
  for (; i < text.size() && lower(text[i]) >= 'a' && lower(text[i]) <= 'z'; ++i) {
    if (i == 3) return std::nullopt;
    column = column * 26 + static_cast<std::uint32_t>(lower(text[i]) - 'a' + 1);
  }
  std::size_t const letters = i;
  std::uint32_t row = 0;
  for (; i < text.size() && is_digit(text[i]); ++i) {
    if (i == letters + 7) return std::nullopt;
    row = row * 10 + static_cast<std::uint32_t>(text[i] - '0');
  }
  if (i != text.size() || letters == 0 || row == 0) return std::nullopt;
  return cell_position{column - 1, row};
}

std::string column_letters(std::uint32_t column) {
  std::string letters;
  for (std::uint32_t n = column + 1; n > 0; n = (n - 1) / 26)
    letters.insert(letters.begin(), static_cast<char>('A' + (n - 1) % 26));
  return letters;
}

}  // namespace uploadproto::reference
