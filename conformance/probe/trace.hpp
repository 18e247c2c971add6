// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_PROBE_TRACE_HPP
#define UPLOADPROTO_CONFORMANCE_PROBE_TRACE_HPP

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace uploadproto::conformance {

using clock = std::chrono::steady_clock;

/** What went over the wire in one trial, in order. */
class trace {
 public:
  enum class direction : std::uint8_t { sent, received, note };

  struct line {
    clock::time_point when;
    std::string who;  ///< which connection: `alice/1`
    trace::direction direction;
    std::string text;  ///< at most 2 KiB of it, tokens left out
  };

  void add(std::string_view who, direction, std::string_view text);

  std::vector<line> const& lines() const noexcept { return lines_; }
  /** One line each: milliseconds since the trial began, connection, arrow, text. */
  std::string render() const;

 private:
  clock::time_point began_ = clock::now();
  std::vector<line> lines_;
  bool full_ = false;
};

/** The text with everything that looks like a JSON Web Token left out (JW-6). */
std::string without_tokens(std::string_view text);

}  // namespace uploadproto::conformance

#endif
