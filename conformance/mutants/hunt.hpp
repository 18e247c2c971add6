// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_MUTANTS_HUNT_HPP
#define UPLOADPROTO_CONFORMANCE_MUTANTS_HUNT_HPP

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "mutants/mutant.hpp"
#include "mutants/reference_process.hpp"
#include "mutants/relay.hpp"
#include "target/target.hpp"
#include "trial/test_case.hpp"
#include "verdict/verdict.hpp"

namespace uploadproto::conformance {

/** How the hunt is done. */
struct hunt_options {
  std::string server;  ///< the reference server's program
  unsigned jobs = 4;   ///< at a time, each with a server of its own
  std::chrono::milliseconds patience{6000};
};

/** What became of one piece of work: a mutant before its case, or a case before the unmutated server. */
struct hunted {
  std::string id, clause, does;
  case_result result;
  bool good = false;   ///< the mutant is killed; the case passes
  std::string reason;  ///< why it is not
};

using hunt_listener = std::function<void(hunted const&)>;

/** The target that a relay is. */
target target_behind(relay const&, std::string secret, std::chrono::milliseconds patience, transport);

/** Lets each mutant meet its case. @param told of each as it comes, from one thread at a time */
std::vector<hunted> hunt_mutants(std::vector<mutant const*> const&, hunt_options const&,
                                 hunt_listener const& told);

/** Lets each case look at the reference server through a relay that changes nothing, by a transport. */
std::vector<hunted> try_unmutated(std::vector<test_case const*> const&, transport, hunt_options const&,
                                  hunt_listener const& told);

}  // namespace uploadproto::conformance

#endif
