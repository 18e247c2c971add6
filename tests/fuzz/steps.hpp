// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_FUZZ_STEPS_HPP
#define UPLOADPROTO_TESTS_FUZZ_STEPS_HPP

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace uploadproto::test {

/** The script of a session, one step a line: a letter for what happens and, behind it, what belongs to it. */
class steps {
 public:
  steps(std::uint8_t const* data, std::size_t size) : rest_(reinterpret_cast<char const*>(data), size) {}

  /** Whether there is another; then `what` and `with` are it. */
  bool next() {
    std::string_view line;
    while (line.empty()) {
      if (rest_.empty()) return false;
      line = rest_.substr(0, rest_.find('\n'));
      rest_.remove_prefix(std::min(rest_.size(), line.size() + 1));
    }
    what = line.front();
    with = line.substr(1);
    return true;
  }

  /** What belongs to the step as a number, at most ten million; 0 where there is none. */
  [[nodiscard]] std::uint64_t number() const {
    std::uint64_t value = 0;
    for (char const c : with) {
      if (c < '0' || c > '9' || value > 1'000'000) break;
      value = value * 10 + static_cast<unsigned char>(c - '0');
    }
    return value;
  }
  [[nodiscard]] std::chrono::milliseconds time() const { return std::chrono::milliseconds(number()); }

  char what = 0;
  std::string_view with;

 private:
  std::string_view rest_;
};

}  // namespace uploadproto::test

#endif
