// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_VERDICT_ACCOUNTING_HPP
#define UPLOADPROTO_CONFORMANCE_VERDICT_ACCOUNTING_HPP

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "verdict/verdict.hpp"

namespace uploadproto::conformance {

/** `*` stands for any characters, `?` for one. */
bool matches(std::string_view pattern, std::string_view text) noexcept;

/** Patterns of case ids that are known to fail, one a line; `#` begins a comment. */
class known_failures {
 public:
  known_failures() = default;
  explicit known_failures(std::string_view text);

  /** The verdict as the list sees it. */
  verdict apply(std::string_view id, verdict);
  /** Patterns that no case has matched. */
  std::vector<std::string> dead() const;

 private:
  std::vector<std::string> patterns_;
  std::set<std::string> alive_;
};

/** All results of a run, and whether they are a success. */
struct accounting {
  std::vector<case_result> results;
  std::vector<std::string> dead_patterns;

  std::map<verdict, std::size_t> counts() const;
  /** Cases whose verdict was not the same in all repetitions. */
  std::vector<std::string> unsteady() const;
  /** 0 for a success. 1: something failed, was not run, passed against the list, a pattern is dead, a verdict
      changed between repetitions. 3: nothing was judged at all. */
  int exit_code() const;
  /** Why it is none, one sentence each. */
  std::vector<std::string> objections() const;
};

}  // namespace uploadproto::conformance

#endif
