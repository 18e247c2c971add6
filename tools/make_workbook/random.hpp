// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TOOLS_MAKE_WORKBOOK_RANDOM_HPP
#define UPLOADPROTO_TOOLS_MAKE_WORKBOOK_RANDOM_HPP

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>

namespace uploadproto::samples {

/// The same numbers for the same seed on every machine and with every standard library (SplitMix64).
class random {
 public:
  explicit random(std::uint64_t seed) noexcept : state_(seed) {}

  std::uint64_t next() noexcept {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

  /// 0 to `bound - 1`. The bias of the remainder does not matter here.
  std::uint64_t below(std::uint64_t bound) noexcept { return next() % bound; }

  bool chance(unsigned percent) noexcept { return below(100) < percent; }

  template <class Table>
  auto const& pick(Table const& table) noexcept {
    return *(std::begin(table) + static_cast<std::ptrdiff_t>(below(std::size(table))));
  }

  template <class Sequence>
  void shuffle(Sequence& sequence) noexcept {
    for (std::size_t i = sequence.size(); i > 1; --i) std::swap(sequence[i - 1], sequence[below(i)]);
  }

 private:
  std::uint64_t state_;
};

}  // namespace uploadproto::samples

#endif
