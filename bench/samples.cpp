// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "samples.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace uploadproto::bench {

namespace {

// Terminal columns of UTF-8 text without wide characters: bytes that begin a character.
std::size_t width(std::string_view text) {
  return std::size_t(std::count_if(text.begin(), text.end(),
                                   [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

}  // namespace

double samples::median() const {
  if (values_.empty()) return 0;
  auto sorted = values_;
  std::sort(sorted.begin(), sorted.end());
  auto const half = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

double samples::lowest() const {
  return values_.empty() ? 0 : *std::min_element(values_.begin(), values_.end());
}

double samples::highest() const {
  return values_.empty() ? 0 : *std::max_element(values_.begin(), values_.end());
}

double percentile(std::vector<double>& values, double part) {
  if (values.empty()) return 0;
  auto const index = std::min(values.size() - 1, std::size_t(double(values.size()) * part));
  std::nth_element(values.begin(), values.begin() + std::ptrdiff_t(index), values.end());
  return values[index];
}

samples ratios(samples const& numerator, samples const& denominator) {
  samples result;
  for (std::size_t i = 0; i < std::min(numerator.size(), denominator.size()); ++i)
    if (denominator[i] != 0) result.add(numerator[i] / denominator[i]);
  return result;
}

std::string number(double value) {
  char text[64];
  auto const magnitude = std::abs(value);
  bool const whole = value == std::floor(value);
  int const decimals = whole || magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : magnitude >= 0.1 ? 2 : 4;
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  std::string result = text;
  auto const point = std::min(result.find('.'), result.size());
  auto const first = std::size_t(value < 0 ? 1 : 0);
  for (auto at = point; at > first + 3;) result.insert(at -= 3, ",");
  return result;
}

std::string with_spread(samples const& all, std::string_view unit) {
  if (all.empty()) return "–";
  auto const tail = unit.empty() ? std::string() : " " + std::string(unit);
  if (all.size() == 1) return number(all.median()) + tail;
  return number(all.median()) + tail + " (" + number(all.lowest()) + "–" + number(all.highest()) + ")";
}

std::string table::text() const {
  std::vector<std::size_t> widths;
  for (auto const& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  std::string text;
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    text += '|';
    for (std::size_t i = 0; i < widths.size(); ++i) {
      auto const cell = i < rows_[r].size() ? std::string_view(rows_[r][i]) : std::string_view();
      text += ' ';
      text += cell;
      text.append(widths[i] - width(cell) + 1, ' ');
      text += '|';
    }
    text += '\n';
    if (r != 0) continue;
    text += '|';
    for (auto const each : widths) text.append(each + 2, '-') += '|';
    text += '\n';
  }
  return text;
}

}  // namespace uploadproto::bench
