// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_CASES_LISTENERS_HPP
#define UPLOADPROTO_CONFORMANCE_CASES_LISTENERS_HPP

#include <string>
#include <string_view>
#include <vector>

#include "trial/trial.hpp"

namespace uploadproto::conformance {

/** The case ends unless this client hears the job's end. */
void wait_for_end(trial&, std::string_view clause, watcher&, std::string const& job);

/** A job of alice's. Where events go to who has joined, these have: before the job's beginning, where clients
    can choose ids. @return its id */
std::string job_for(trial&, std::vector<watcher*> const& listeners, sample_kind = sample_kind::good);

/** Has a job end that nobody needs any more: cancels it, where the target can. */
void end_soon(trial&, std::string const& job);

}  // namespace uploadproto::conformance

#endif
