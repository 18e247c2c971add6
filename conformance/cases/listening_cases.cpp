// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Who hears what, and when: other users, those who come late, those who have left.
#include <boost/json/serialize.hpp>

#include "cases/all_cases.hpp"
#include "cases/case_prefix.hpp"
#include "trial/trial.hpp"

namespace uploadproto::conformance {
namespace {

/** Nobody else hears a job, not even by asking for its id. */
void other_user(trial& t) {
  bool const addressed = t.info().framing == contract::framing::json;
  std::string const id = t.chooses_ids() ? t.fresh_id() : std::string();
  watcher& owner = t.admitted("alice", addressed ? id : std::string_view());
  watcher& other = t.admitted("bob", addressed ? t.fresh_id() : std::string_view());
  if (!id.empty()) {
    owner.subscribe(id);
    other.subscribe(id);
  }
  std::string const job = t.start_job(sample_kind::good, "alice", id);
  other.subscribe(job);
  t.until([&] { return owner.heard_end_of(job) || owner.over(); });
  t.settle(other);
  auto const heard = other.heard_of(job);
  std::string_view const clause = t.info().clauses == "BU" ? "BU-R6" : "UP-A5";
  t.require(clause, owner.heard_end_of(job), {"", "the owner hears the job's end", owner.summary()});
  t.check(clause, heard.empty(),
          {"", "no event of another user's job", heard.empty() ? "" : serialize(heard.front().payload)});
}

}  // namespace

void add_listening_cases(case_list& all) {
  for (protocol_face const& face : known_protocols()) {
    if (!face.info->life_cycle.owner_only) continue;
    std::string const clause = face.info->clauses == "BU" ? "BU-R6" : "UP-A5";
    all.push_back({.id = case_prefix(face) + "listening/other-user",
                   .title = "Another user hears nothing of a job, even after asking for its id.",
                   .protocol = std::string(face.name()),
                   .clauses = {clause},
                   .run = other_user});
  }
}

}  // namespace uploadproto::conformance
