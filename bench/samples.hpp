// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_BENCH_SAMPLES_HPP
#define UPLOADPROTO_BENCH_SAMPLES_HPP

#include <string>
#include <string_view>
#include <vector>

namespace uploadproto::bench {

/// One number measured once a round.
class samples {
 public:
  void add(double value) { values_.push_back(value); }
  bool empty() const noexcept { return values_.empty(); }
  std::size_t size() const noexcept { return values_.size(); }
  double operator[](std::size_t round) const { return values_[round]; }

  double median() const;  ///< 0 without values
  double lowest() const;
  double highest() const;

 private:
  std::vector<double> values_;
};

/// The value that this part (0 to 1) of them are below; reorders them; 0 without values.
double percentile(std::vector<double>& values, double part);

/// numerator[i] / denominator[i]: rounds ran side by side, so each has a ratio of its own.
samples ratios(samples const& numerator, samples const& denominator);

/// "12,345", "3.42", "0.0123" or "8": as many digits as mean something.
std::string number(double);

/// "median (lowest–highest)".
std::string with_spread(samples const&, std::string_view unit = {});

/// A Markdown table; columns are as wide as their widest cell.
class table {
 public:
  explicit table(std::vector<std::string> head) : rows_{std::move(head)} {}
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace uploadproto::bench

#endif
