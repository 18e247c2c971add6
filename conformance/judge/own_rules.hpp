// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_JUDGE_OWN_RULES_HPP
#define UPLOADPROTO_CONFORMANCE_JUDGE_OWN_RULES_HPP

#include "judge/judgement.hpp"
#include "protocols/protocol_face.hpp"

namespace uploadproto::conformance {

/** What single clauses ask of an event beyond its table: sums, forms of ids, wordings. */
void judge_own_rules(judgement&, protocol_face const&, event_face const&, observed_event const&);

}  // namespace uploadproto::conformance

#endif
