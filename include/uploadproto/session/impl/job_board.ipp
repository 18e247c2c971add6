// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_IMPL_JOB_BOARD_IPP
#define UPLOADPROTO_SESSION_IMPL_JOB_BOARD_IPP

#include <uploadproto/session/job_board.hpp>

#include <utility>

namespace uploadproto::session {

UPLOADPROTO_DECL job_board::verdict job_board::post(std::string_view job_id, std::string_view owner,
                                                    report const& what, job_event event) {
  using contract::event_kind;
  if (what.kind == event_kind::notice) return {};
  auto& entry = find_or_add(job_id, owner);
  auto& tracker = entry.tracker;
  bool const waiting = tracker.current() == contract::progress_tracker::state::waiting;
  verdict said;
  if (what.kind == event_kind::progress) {
    bool const first_stage = !stages_.empty() && what.stage == stages_[0].name;
    bool const was_further = tracker.ended() || (!waiting && tracker.stage_name() != what.stage);
    bool const again = first_stage && was_further && (repeatable_ || !tracker.ended());
    if (waiting || again) tracker.begin_attempt();
    said.first_of_stage = tracker.stage_name() != what.stage;
    said.refused = tracker.accept(what.stage, what.progress);
  } else {
    // A job may fail before its first progress event.
    if (waiting) tracker.begin_attempt();
    said.refused = what.kind == event_kind::completed ? tracker.complete() : tracker.fail();
  }
  if (said.refused) return said;
  entry.snapshot.latest = std::move(event);
  entry.snapshot.ended = tracker.ended();
  return said;
}

UPLOADPROTO_DECL std::optional<job_snapshot> job_board::find(std::string_view job_id) const {
  auto const at = by_id_.find(job_id);
  if (at == by_id_.end()) return std::nullopt;
  return at->second->snapshot;
}

UPLOADPROTO_DECL job_board::job& job_board::find_or_add(std::string_view job_id, std::string_view owner) {
  if (auto const at = by_id_.find(job_id); at != by_id_.end()) {
    jobs_.splice(jobs_.end(), jobs_, at->second);
    return *at->second;
  }
  if (jobs_.size() >= max_jobs_) make_room();
  jobs_.push_back({std::string(job_id), {std::string(owner)}, contract::progress_tracker(stages_)});
  by_id_.emplace(jobs_.back().id, std::prev(jobs_.end()));
  return jobs_.back();
}

UPLOADPROTO_DECL void job_board::make_room() {
  if (jobs_.empty()) return;
  // Looks only a little way for an ended one: the front is silent anyway.
  auto victim = jobs_.begin();
  int looked = 0;
  for (auto it = jobs_.begin(); it != jobs_.end() && looked < 64; ++it, ++looked)
    if (it->tracker.ended()) {
      victim = it;
      break;
    }
  by_id_.erase(victim->id);
  jobs_.erase(victim);
}

}  // namespace uploadproto::session

#endif
