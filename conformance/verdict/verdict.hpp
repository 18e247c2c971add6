// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_VERDICT_VERDICT_HPP
#define UPLOADPROTO_CONFORMANCE_VERDICT_VERDICT_HPP

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "clauses/clause.hpp"
#include "judge/judgement.hpp"

namespace uploadproto::conformance {

/** What became of a case. */
enum class verdict : std::uint8_t {
  pass,
  warn,            ///< a SHOULD was not kept
  fail,            ///< a MUST was not kept
  skip,            ///< the target does not have what the case needs, and says so
  not_run,         ///< the case could not come to what it judges
  error,           ///< the suite itself could not go on
  known_failing,   ///< a failure that the user's list names
  unexpected_pass  ///< the list names it, and it passes
};

std::string_view name_of(verdict) noexcept;

/** One thing that a case has looked at. */
struct finding {
  std::string clause;
  conformance::level level = level::must;  ///< as it was judged
  bool holds = true;
  breach what;  ///< where it does not hold
};

/** One case, once. */
struct case_result {
  std::string id, protocol;
  std::vector<std::string> clauses;
  conformance::verdict verdict = verdict::error;
  std::string reason;  ///< of skip, not_run and error
  std::vector<finding> findings;
  std::string trace;  ///< what went over the wire
  std::chrono::milliseconds took{};
  unsigned repeat = 0;  ///< which repetition
  std::uint64_t seed = 0;
};

/** The verdict that the findings add up to; `not_run` when there are none. */
verdict verdict_of(std::vector<finding> const&) noexcept;

}  // namespace uploadproto::conformance

#endif
