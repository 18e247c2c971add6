// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// What a whole job shows to its owner: one job of each kind, judged; a case for each clause that applies.
#include "cases/all_cases.hpp"
#include "cases/case_prefix.hpp"
#include "judge/rulebook.hpp"
#include "trial/trial.hpp"

namespace uploadproto::conformance {
namespace {

struct observed_clause {
  std::string_view name, clause, title;
  sample_kind kind = sample_kind::good;
};

void add(case_list& all, protocol_face const& face, observed_clause const& one) {
  if (one.clause.empty()) return;
  all.push_back({.id = case_prefix(face) + std::string(one.name),
                 .title = std::string(one.title),
                 .protocol = std::string(face.name()),
                 .clauses = {std::string(one.clause)},
                 .run = [clause = std::string(one.clause), kind = one.kind](trial& t) {
                   t.adopt(t.observed(kind), clause);
                 }});
}

/** What holds for the events of every protocol. */
void add_common(case_list& all, protocol_face const& face) {
  rulebook const& book = rules_of(face.name());
  for (observed_clause const& one : std::initializer_list<observed_clause>{
           {"events/known-members", "CO-1", "A job's events have no member that the document does not have."},
           {"events/no-null", "CO-2", "Optional members without a value are absent, never null."},
           {"events/timestamp", "CO-3", "Every timestamp is ISO 8601."},
           {"events/timestamp-zone", "CO-4", "Every timestamp carries a zone and milliseconds."},
           {"events/one-terminal", "CO-7", "A job that succeeds ends with exactly one terminal event."},
           {"events/one-terminal-on-failure", "CO-7",
            "A job that fails ends with exactly one terminal event.", sample_kind::failing},
           {"stages/order", book.stage_order, "Stages never go backwards."},
           {"stages/complete", book.completeness, "A job that completes reports all of its stages."},
           {"job-id/form", book.id_form, "Job ids look as the document shows them."}})
    add(all, face, one);
}

/** What only protocols with percentages have. */
void add_progress(case_list& all, protocol_face const& face) {
  rulebook const& book = rules_of(face.name());
  for (observed_clause const& one : std::initializer_list<observed_clause>{
           {"progress/percentage", "CO-5", "Progress is a JSON number of 0 to 100."},
           {"progress/never-decreases", "CO-6",
            "Progress never decreases, and none follows the terminal event."},
           {"progress/none-after-failure", "CO-6",
            "No progress follows the terminal event of a job that fails.", sample_kind::failing},
           {"stages/range", book.stage_range, "Each value lies in its stage's range."}})
    add(all, face, one);
}

void add_shapes(case_list& all, protocol_face const& face) {
  rulebook const& book = rules_of(face.name());
  for (event_face const& event : face.server_events) {
    std::string_view const clause = book.shape_of(event.name);
    bool const failure = !event.kinds.empty() && event.kinds.front().status.empty() &&
                         event.kinds.front().kind == contract::event_kind::failed;
    std::string const name = event.name.empty() ? "message" : std::string(event.name);
    if (clause.empty() || event.kinds.empty()) continue;
    if (event.kinds.front().kind == contract::event_kind::notice) continue;
    std::string const id = "events/shape/" + name, title = "Every " + name + " has the documented shape.";
    add(all, face, {id, clause, title, failure ? sample_kind::failing : sample_kind::good});
  }
}

constexpr bool has_progress(protocol_face const& face) {
  for (event_face const& event : face.server_events)
    if (event.record->find(contract::role::progress)) return true;
  return false;
}

}  // namespace

void add_event_cases(case_list& all) {
  for (protocol_face const& face : known_protocols()) {
    add_shapes(all, face);
    add_common(all, face);
    if (has_progress(face)) add_progress(all, face);
    if (rules_of(face.name()).stage_names.size() && has_progress(face) &&
        rules_of(face.name()).stage_names != rules_of(face.name()).stage_range &&
        rules_of(face.name()).stage_names.ends_with("L1"))
      add(all, face,
          {"stages/names", rules_of(face.name()).stage_names, "Progress names the documented stages."});
  }
  add(all, *find_protocol("bulk_upload"), {"stats/sums", "BU-L6", "The counts of a completed job add up."});
  add(all, *find_protocol("bulk_upload"),
      {"stats/sums-with-bad-rows", "BU-L6", "The counts add up where a row is bad.", sample_kind::bad_row});
  add(all, *find_protocol("file_upload"),
      {"messages/counts", "FU-L3", "Messages say how many of how many rows are done."});
  add(all, *find_protocol("upload_progress"),
      {"events/error-text", "UP-E2", "A message of status error says what is wrong.", sample_kind::failing});
}

}  // namespace uploadproto::conformance
