// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_IMPL_COOKIE_JAR_IPP
#define UPLOADPROTO_SESSION_IMPL_COOKIE_JAR_IPP

#include <uploadproto/session/cookie_jar.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace uploadproto::session {
namespace detail {

inline std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t";
  auto const first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/** What stands before the first `at`, which goes too; all of the text when there is none. */
inline std::string_view take_until(std::string_view& text, char at) {
  auto const end = std::min(text.find(at), text.size());
  auto const part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

inline std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/** The number at the front of a text, of at most `digits` digits; nothing when it begins otherwise. */
inline std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  std::size_t count = 0;
  int value = 0;
  while (count < text.size() && is_digit(text[count])) {
    if (++count > digits) return std::nullopt;
    value = value * 10 + (text[count - 1] - '0');
  }
  text.remove_prefix(count);
  return count == 0 ? std::nullopt : std::optional(value);
}

struct cookie_date {
  std::optional<int> day, month, year;
  std::optional<std::chrono::seconds> time;

  void take(std::string_view token) {
    if (!time && token.find(':') != std::string_view::npos) {
      time = clock_time(token);
    } else if (is_digit(token.front())) {
      take_day_or_year(token);
    } else if (!month) {
      constexpr std::string_view names = "janfebmaraprmayjunjulaugsepoctnovdec";
      auto const at = token.size() < 3 ? names.npos : names.find(lower_case(token.substr(0, 3)));
      if (at != names.npos && at % 3 == 0) month = static_cast<int>(at / 3) + 1;
    }
  }

  static std::optional<std::chrono::seconds> clock_time(std::string_view token) {
    std::array<int, 3> parts{};
    for (auto& part : parts) {
      auto field = take_until(token, ':');
      auto const number = take_number(field, 2);
      if (!number) return std::nullopt;
      part = *number;
    }
    if (parts[0] > 23 || parts[1] > 59 || parts[2] > 59) return std::nullopt;
    return std::chrono::hours(parts[0]) + std::chrono::minutes(parts[1]) + std::chrono::seconds(parts[2]);
  }

  void take_day_or_year(std::string_view token) {
    auto const number = take_number(token, 4);
    if (!number) return;
    if (!day && *number <= 31) {
      day = number;
    } else if (!year) {
      year = *number < 70 ? *number + 2000 : *number < 100 ? *number + 1900 : *number;
    }
  }
};

}  // namespace detail

UPLOADPROTO_DECL std::optional<cookie_jar::time_point> parse_cookie_date(std::string_view text) {
  constexpr std::string_view delimiters = " ,-\t;/";
  detail::cookie_date date;
  while (!text.empty()) {
    auto const begin = std::min(text.find_first_not_of(delimiters), text.size());
    text.remove_prefix(begin);
    auto const end = std::min(text.find_first_of(delimiters), text.size());
    if (end > 0) date.take(text.substr(0, end));
    text.remove_prefix(end);
  }
  if (!date.day || !date.month || !date.year || !date.time || *date.year < 1601) return std::nullopt;
  std::chrono::year_month_day const day(std::chrono::year(*date.year),
                                        std::chrono::month(static_cast<unsigned>(*date.month)),
                                        std::chrono::day(static_cast<unsigned>(*date.day)));
  if (!day.ok()) return std::nullopt;
  // The clock counts nanoseconds in 64 bits, which end in 2262: a later time is as good as that one.
  constexpr auto last = std::chrono::time_point_cast<std::chrono::seconds>(cookie_jar::time_point::max());
  constexpr auto first = std::chrono::time_point_cast<std::chrono::seconds>(cookie_jar::time_point::min());
  return std::clamp<std::chrono::sys_seconds>(std::chrono::sys_days(day) + *date.time, first, last);
}

UPLOADPROTO_DECL void cookie_jar::set(std::string_view field, time_point now) {
  auto pair = detail::take_until(field, ';');
  if (pair.find('=') == std::string_view::npos) return;
  cookie fresh;
  fresh.name = detail::trimmed(detail::take_until(pair, '='));
  fresh.value = detail::trimmed(pair);
  if (fresh.name.empty() || fresh.name.size() + fresh.value.size() > max_size) return;

  bool has_max_age = false;
  while (!field.empty()) {
    auto attribute = detail::take_until(field, ';');
    auto const name = detail::lower_case(detail::trimmed(detail::take_until(attribute, '=')));
    auto const value = detail::trimmed(attribute);
    if (name == "max-age") {
      bool const negative = value.starts_with('-');
      auto digits = value.substr(negative ? 1 : 0);
      if (digits.empty() || !std::all_of(digits.begin(), digits.end(), detail::is_digit)) continue;
      // A century is for ever here and cannot overflow a time_point.
      auto const seconds = digits.size() > 9 ? std::optional<int>() : detail::take_number(digits, 9);
      auto const age = std::min<std::chrono::seconds>(std::chrono::seconds(seconds.value_or(999'999'999)),
                                                      std::chrono::hours(24 * 36'525));
      fresh.expires = negative ? now : now + age;
      has_max_age = true;
    } else if (name == "expires" && !has_max_age) {
      if (auto const date = parse_cookie_date(value)) fresh.expires = *date;
    }
  }

  auto const known = std::find_if(cookies_.begin(), cookies_.end(),
                                  [&](cookie const& old) { return old.name == fresh.name; });
  bool const gone = fresh.expires && *fresh.expires <= now;
  if (known == cookies_.end()) {
    if (!gone && cookies_.size() < max_count) cookies_.push_back(std::move(fresh));
  } else if (gone) {
    cookies_.erase(known);
  } else {
    *known = std::move(fresh);
  }
}

UPLOADPROTO_DECL std::string cookie_jar::header(time_point now) {
  std::erase_if(cookies_, [&](cookie const& c) { return c.expires && *c.expires <= now; });
  std::string out;
  for (auto const& c : cookies_) {
    if (!out.empty()) out += "; ";
    out += c.name + '=' + c.value;
  }
  return out;
}

}  // namespace uploadproto::session

#endif
