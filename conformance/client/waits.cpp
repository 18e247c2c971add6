// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "client/waits.hpp"

#include <algorithm>
#include <numeric>

namespace uploadproto::conformance {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds least_sum{500};  // of four waits: what the shortest sensible settings come to
constexpr milliseconds loop_noise{40};  // of a timer and a connection on a machine that has work to do
constexpr double least_growth = 1.5;    // from the first wait to the longest of the later ones
constexpr double relative_noise = 0.02;

std::string text_of(waits const& all) {
  std::string out;
  for (milliseconds const one : all) out += (out.empty() ? "" : ", ") + std::to_string(one.count()) + " ms";
  return out;
}

}  // namespace

std::optional<breach> wrong_growth(waits const& all) {
  auto const sum = std::accumulate(all.begin(), all.end(), milliseconds(0));
  if (sum < least_sum)
    return breach{"", "waits between attempts, at least " + std::to_string(least_sum.count()) + " ms in all",
                  text_of(all)};
  milliseconds const later = *std::max_element(all.begin() + 2, all.end());
  if (static_cast<double>(later.count()) < least_growth * static_cast<double>(all.front().count()))
    return breach{"", "waits that grow", text_of(all)};
  return std::nullopt;
}

std::optional<breach> wrong_jitter(waits const& all) {
  auto const [least, most] = std::ranges::minmax(all);
  auto const spread = static_cast<double>((most - least).count());
  double const noise =
      static_cast<double>(loop_noise.count()) + relative_noise * static_cast<double>(most.count());
  if (spread > noise) return std::nullopt;
  return breach{"", "waits that differ by chance", text_of(all)};
}

}  // namespace uploadproto::conformance
