// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_IMPL_TIMESTAMP_IPP
#define UPLOADPROTO_CONTRACT_IMPL_TIMESTAMP_IPP

#include <algorithm>
#include <uploadproto/contract/timestamp.hpp>

namespace uploadproto::contract {

namespace detail {

/** Reads a timestamp from left to right; once something does not fit, `ok` is false and stays so. */
class timestamp_scanner {
 public:
  explicit timestamp_scanner(std::string_view text) : rest_(text) {}

  int digits(std::size_t count, int low, int high) {
    int value = 0;
    for (std::size_t i = 0; i != count; ++i) {
      if (!at_digit()) return ok = false, 0;
      value = value * 10 + (take() - '0');
    }
    if (value < low || value > high) ok = false;
    return value;
  }
  bool one_of(std::string_view characters) {
    if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos) return false;
    take();
    return true;
  }
  void require(std::string_view characters) {
    if (!one_of(characters)) ok = false;
  }
  /** Digits after the point, as milliseconds. */
  int fraction() {
    if (!at_digit()) ok = false;
    int value = 0;
    int weight = 100;
    for (digits_of_fraction = 0; at_digit(); ++digits_of_fraction) {
      value += (take() - '0') * weight;
      weight /= 10;
    }
    return value;
  }
  bool done() const { return rest_.empty(); }
  char take() {
    char const c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  bool ok = true;
  std::size_t digits_of_fraction = 0;

 private:
  bool at_digit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }
  std::string_view rest_;
};

struct scanned_timestamp {
  timestamp_ms at;
  bool has_zone = false;
  std::size_t digits_of_fraction = 0;
};

inline std::optional<scanned_timestamp> scan_timestamp(std::string_view text) noexcept {
  using namespace std::chrono;
  timestamp_scanner in(text);
  int const y = in.digits(4, 0, 9999);
  in.require("-");
  int const mo = in.digits(2, 1, 12);
  in.require("-");
  int const d = in.digits(2, 1, 31);
  in.require("Tt ");
  int const h = in.digits(2, 0, 23);
  in.require(":");
  int const mi = in.digits(2, 0, 59);
  in.require(":");
  int const s = in.digits(2, 0, 60);
  int const ms = in.one_of(".,") ? in.fraction() : 0;
  minutes offset{0};
  bool has_zone = true;
  if (in.one_of("Zz")) {
  } else if (bool const east = in.one_of("+"); east || in.one_of("-")) {
    hours const oh{in.digits(2, 0, 23)};
    in.require(":");
    offset = oh + minutes{in.digits(2, 0, 59)};
    if (!east) offset = -offset;
  } else {
    has_zone = false;
  }
  year_month_day const day{year{y}, month{static_cast<unsigned>(mo)},
                           std::chrono::day{static_cast<unsigned>(d)}};
  if (!in.ok || !in.done() || !day.ok()) return std::nullopt;
  timestamp_ms const at = sys_days{day} + hours{h} + minutes{mi} + seconds{s} + milliseconds{ms} - offset;
  return scanned_timestamp{at, has_zone, in.digits_of_fraction};
}

inline void put_digits(char* at, int count, int value) {
  for (int i = count; i-- != 0; value /= 10) at[i] = static_cast<char>('0' + value % 10);
}

}  // namespace detail

UPLOADPROTO_DECL std::string format_timestamp(timestamp_ms at) {
  using namespace std::chrono;
  constexpr timestamp_ms earliest{sys_days{year{0} / 1 / 1}};
  constexpr timestamp_ms latest{sys_days{year{9999} / 12 / 31} + hours{24} - milliseconds{1}};
  at = std::clamp(at, earliest, latest);
  auto const midnight = floor<days>(at);
  year_month_day const date{midnight};
  hh_mm_ss const time{at - midnight};
  std::string text = "0000-00-00T00:00:00.000Z";
  detail::put_digits(&text[0], 4, static_cast<int>(date.year()));
  detail::put_digits(&text[5], 2, static_cast<int>(static_cast<unsigned>(date.month())));
  detail::put_digits(&text[8], 2, static_cast<int>(static_cast<unsigned>(date.day())));
  detail::put_digits(&text[11], 2, static_cast<int>(time.hours().count()));
  detail::put_digits(&text[14], 2, static_cast<int>(time.minutes().count()));
  detail::put_digits(&text[17], 2, static_cast<int>(time.seconds().count()));
  detail::put_digits(&text[20], 3, static_cast<int>(time.subseconds().count()));
  return text;
}

UPLOADPROTO_DECL std::optional<timestamp_ms> parse_timestamp(std::string_view text) noexcept {
  auto const scanned = detail::scan_timestamp(text);
  if (!scanned) return std::nullopt;
  return scanned->at;
}

UPLOADPROTO_DECL bool is_precise_timestamp(std::string_view text) noexcept {
  auto const scanned = detail::scan_timestamp(text);
  return scanned && scanned->has_zone && scanned->digits_of_fraction >= 3;
}

}  // namespace uploadproto::contract

#endif
