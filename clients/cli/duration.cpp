// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/duration.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace uploadproto::cli {
namespace {

struct unit {
  std::string_view name;
  std::chrono::milliseconds length;
};

constexpr std::array<unit, 6> units{{{"ms", std::chrono::milliseconds(1)},
                                     {"", std::chrono::seconds(1)},
                                     {"s", std::chrono::seconds(1)},
                                     {"m", std::chrono::minutes(1)},
                                     {"h", std::chrono::hours(1)},
                                     {"d", std::chrono::hours(24)}}};

constexpr std::chrono::milliseconds longest = std::chrono::hours(24 * 3653);

std::string formatted(char const* form, double value) {
  char text[64];
  int const size = std::snprintf(text, sizeof text, form, value);
  return std::string(text, static_cast<std::size_t>(size));
}

std::string two_digits(long long n) {
  return (n < 10 ? "0" : "") + std::to_string(n);
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept {
  long long count = 0;
  auto const [rest, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || count < 0) return std::nullopt;
  std::string_view const name = text.substr(static_cast<std::size_t>(rest - text.data()));
  for (unit const& u : units)
    if (u.name == name && count <= longest / u.length) return count * u.length;
  return std::nullopt;
}

std::string format_duration(std::chrono::milliseconds d) {
  double const seconds = static_cast<double>(d.count()) / 1000;
  if (seconds < 59.95) return formatted("%.1f s", std::max(seconds, 0.0));
  long long const whole = std::llround(seconds);
  std::string const tail = two_digits(whole % 60);
  if (whole < 3600) return std::to_string(whole / 60) + ":" + tail + " min";
  return std::to_string(whole / 3600) + ":" + two_digits(whole / 60 % 60) + ":" + tail + " h";
}

std::string format_bytes(unsigned long long bytes) {
  if (bytes < 1000) return std::to_string(bytes) + " B";
  constexpr std::array<char const*, 4> names{"kB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes) / 1000;
  std::size_t at = 0;
  for (; value >= 999.95 && at + 1 != names.size(); ++at) value /= 1000;
  return formatted(value < 99.95 ? "%.1f " : "%.0f ", value) + names[at];
}

std::string format_count(double number) {
  std::string text = formatted("%.0f", std::trunc(number));
  std::size_t const first = text.front() == '-' ? 1 : 0;
  for (std::size_t at = text.size(); at > first + 3;) text.insert(at -= 3, 1, ',');
  return text;
}

}  // namespace uploadproto::cli
