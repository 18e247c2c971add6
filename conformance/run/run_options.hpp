// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_RUN_RUN_OPTIONS_HPP
#define UPLOADPROTO_CONFORMANCE_RUN_RUN_OPTIONS_HPP

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
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

/** Whether the options' patterns name this case. */
bool is_chosen(run_options const&, std::string_view id);

/** One case as a run sees it, whatever it judges. */
struct case_work {
  std::string_view id;
  bool alone = false;  ///< runs while no other case does
  std::function<case_result(std::uint64_t seed)> run;
};
/** Makes the work of one repetition. */
using work_maker = std::function<std::vector<case_work>()>;

/** Works through it, as often and as wide as the options say. @param told as below */
accounting run_work(work_maker const&, run_options const&, known_failures,
                    std::function<void(case_result const&)> const& told);

/** Runs them. @param told of each result as it comes, from one thread at a time */
accounting run_cases(std::vector<test_case const*> const&, target const&, run_options const&, known_failures,
                     std::function<void(case_result const&)> const& told);

}  // namespace uploadproto::conformance

#endif
