// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_CLIENT_WAITS_HPP
#define UPLOADPROTO_CONFORMANCE_CLIENT_WAITS_HPP

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "judge/judgement.hpp"

namespace uploadproto::conformance {

using waits = std::vector<std::chrono::milliseconds>;

/** What is wrong with the waits before attempts in a row that all failed (CO-13): no time to speak of, or no
    growth. Generous: chance may take away much of a wait. @return nothing when nothing is */
std::optional<breach> wrong_growth(waits const&);

/** What is wrong with the first waits after cuts that came one by one: they are all the same, so that all
    clients of a server that restarts come back at the same moment. */
std::optional<breach> wrong_jitter(waits const&);

}  // namespace uploadproto::conformance

#endif
