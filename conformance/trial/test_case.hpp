// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_TRIAL_TEST_CASE_HPP
#define UPLOADPROTO_CONFORMANCE_TRIAL_TEST_CASE_HPP

#include <functional>
#include <string>
#include <vector>

namespace uploadproto::conformance {

class trial;

/** A question that the suite asks of a server. */
struct test_case {
  std::string id;                    ///< `bu/stages/range`, for ever
  std::string title;                 ///< what is done and what must come of it, in a sentence
  std::string protocol;              ///< of the contract
  std::vector<std::string> clauses;  ///< that it judges; it may judge no other
  std::function<void(trial&)> run;
  /** Runs while no other case does, since others would be seen in what it counts. */
  bool alone = false;
};

}  // namespace uploadproto::conformance

#endif
