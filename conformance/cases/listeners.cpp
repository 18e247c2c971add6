// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cases/listeners.hpp"

#include "cases/answers.hpp"

namespace uploadproto::conformance {

void wait_for_end(trial& t, std::string_view clause, watcher& w, std::string const& job) {
  t.until([&] { return w.heard_end_of(job) || w.over(); });
  t.require(clause, w.heard_end_of(job), {"", "the end of job " + job, w.summary()});
}

std::string job_for(trial& t, std::vector<watcher*> const& listeners, sample_kind kind) {
  bool const by_joining =
      t.face().client_event(contract::client_action::subscribe) && t.info().user_room.empty();
  std::string const id = t.chooses_ids() ? t.fresh_id() : std::string();
  auto const join = [&](std::string const& job) {
    for (watcher* w : listeners) w->subscribe(job);
    for (watcher* w : listeners) t.settle(*w);
  };
  if (by_joining && !id.empty()) join(id);
  std::string const job = t.start_job(kind, "alice", id);
  if (by_joining && id.empty()) join(job);
  return job;
}

void end_soon(trial& t, std::string const& job) {
  request_recipe const& cancel = t.side().cancel;
  if (!cancel.path.empty()) t.request(call_of(t, cancel.method, contract::path_for(cancel.path, job)));
}

}  // namespace uploadproto::conformance
