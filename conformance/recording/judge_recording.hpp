// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_RECORDING_JUDGE_RECORDING_HPP
#define UPLOADPROTO_CONFORMANCE_RECORDING_JUDGE_RECORDING_HPP

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "judge/judgement.hpp"
#include "recording/recording.hpp"

namespace uploadproto::conformance {

/** What a recording showed. */
struct recording_findings {
  std::map<std::string, judgement, std::less<>> protocols;  ///< by name; those that were met
  std::size_t events = 0;
  std::set<std::string> jobs;
  std::size_t jobs_begun_before = 0;    ///< heard from their middle on: their beginning is not judged
  std::size_t jobs_without_end = 0;     ///< their end is not in the recording: it is not missed
  std::vector<std::string> not_judged;  ///< messages that no protocol knows, and why; the first few
};

/** Judges every clause that can be judged by looking: payloads, stages, order, ranges, terminals, ids,
    timestamps, sizes and rates of what the server sent. What a recording need not show is not missed in it.
    @param protocol of all messages; empty: told by address, namespace and event
    @throws bad_recording when a name is none of the contract's */
recording_findings judge_recording(recording const&, std::string_view protocol = {});

}  // namespace uploadproto::conformance

#endif
