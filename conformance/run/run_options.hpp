// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_RUN_RUN_OPTIONS_HPP
#define UPLOADPROTO_CONFORMANCE_RUN_RUN_OPTIONS_HPP

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "clauses/clause.hpp"
#include "target/target.hpp"
#include "trial/test_case.hpp"
#include "verdict/accounting.hpp"

namespace uploadproto::conformance {

/** Which cases are run, and how. */
struct run_options {
  std::vector<std::string> protocols;     ///< empty: all that the target has
  std::vector<std::string> patterns;      ///< of case ids; empty: all
  conformance::level level = level::may;  ///< the least that is judged
  unsigned jobs = 1;                      ///< cases at a time
  unsigned repeat = 1;
  std::uint64_t seed = 1;
};

/** The cases that the options and the target select, in the order of their list. */
std::vector<test_case const*> select_cases(std::span<test_case const>, target const&, run_options const&);

/** Runs them. @param told of each result as it comes, from one thread at a time */
accounting run_cases(std::vector<test_case const*> const&, target const&, run_options const&, known_failures,
                     std::function<void(case_result const&)> const& told);

}  // namespace uploadproto::conformance

#endif
