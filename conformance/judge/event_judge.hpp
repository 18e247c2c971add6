// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_JUDGE_EVENT_JUDGE_HPP
#define UPLOADPROTO_CONFORMANCE_JUDGE_EVENT_JUDGE_HPP

#include <span>

#include "judge/judgement.hpp"
#include "protocols/protocol_face.hpp"

namespace uploadproto::conformance {

/** How much of a job's life the events show. */
struct hearing {
  bool from_the_start = true;   ///< the listener was there before the job's first event
  bool to_the_end = true;       ///< nothing more is to come, so a terminal event is missed when there is none
  bool fresh_attempts = false;  ///< the job may have been tried again (CO-6)
};

/** Judges one event by itself: its shape, its timestamp, its members (CO-1 to CO-5 and the protocol's own).
 */
void judge_event(judgement&, protocol_face const&, observed_event const&);

/** Judges the events of one job as one connection heard them, in their order: each by itself, stages,
    monotony, the one terminal (CO-6, CO-7 and the protocol's own). */
void judge_job(judgement&, protocol_face const&, std::span<observed_event const>, hearing = {});

/** The job that an event is about; empty: none. */
std::string_view job_of(protocol_face const&, observed_event const&) noexcept;
/** What an event means for its job. */
contract::event_kind kind_of(protocol_face const&, observed_event const&) noexcept;

}  // namespace uploadproto::conformance

#endif
