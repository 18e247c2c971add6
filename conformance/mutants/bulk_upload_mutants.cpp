// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "mutants/alterations.hpp"
#include "mutants/mutant.hpp"

namespace uploadproto::conformance {
namespace {

constexpr auto progress = "bulk_upload_progress", complete = "bulk_upload_complete",
               failed = "bulk_upload_failed";

chosen_events stage(std::string_view name) {
  return {.name = progress, .so = having("stage", value(name))};
}

void add_stages(mutant_list& all) {
  all.insert(all.end(),
             {{"bu/stage/unknown", "BU-L1", "A stage has a name of the server's own.", "bu/stages/names",
               [] { return change(stage("pre_validation"), set("stage", "validation")); }},
              {"bu/stage/capital", "BU-L1", "A stage's name is capitalised.", "bu/stages/names",
               [] { return change(stage("initialization"), set("stage", "Initialization")); }},
              {"bu/stage/value-in-a-gap", "BU-L2", "A value lies between the ranges of two stages.",
               "bu/stages/range", [] { return change(stage("pre_validation"), set("progress", 22)); }},
              {"bu/stage/value-of-the-next", "BU-L2", "A stage reports a value of the next one.",
               "bu/stages/range", [] { return change(stage("iec_verification"), set("progress", 65)); }},
              {"bu/stage/value-past-its-end", "BU-L2", "A stage reports a value just past its end.",
               "bu/stages/range", [] { return change(stage("file_reading"), set("progress", 20.5)); }},
              {"bu/stage/backwards", "BU-L3", "A finished stage is reported once more.", "bu/stages/order",
               [] { return repeating_first_behind(stage("initialization"), stage("pre_validation")); }},
              {"bu/stage/swapped", "BU-L3", "A stage's event overtakes the one before it.", "bu/stages/order",
               [] { return behind_next({.name = progress, .so = having("stage", "initialization")}); }},
              {"bu/stage/no-beginning", "BU-L4", "A job does not begin with initialization.",
               "bu/stages/complete", [] { return drop(stage("initialization")); }},
              {"bu/stage/one-left-out", "BU-L4", "A job leaves a stage out.", "bu/stages/complete",
               [] { return drop(stage("iec_verification")); }},
              {"bu/stage/never-100", "BU-L4", "A job ends before 100.", "bu/stages/complete", [] {
                 return change({.name = progress, .so = having("progress", 100)}, set("progress", 99));
               }}});
}

void add_counts(mutant_list& all) {
  struct count {
    std::string_view id, pointer;
  };
  for (auto const& [id, pointer] :
       {count{"total", "/validation_stats/total_records"}, count{"valid", "/validation_stats/valid_records"},
        count{"invalid", "/validation_stats/invalid_ids"},
        count{"duplicates", "/validation_stats/duplicates"},
        count{"not-registered", "/validation_stats/not_registered"},
        count{"inserts", "/database_stats/inserts"}, count{"updates", "/database_stats/updates"},
        count{"errors", "/database_stats/errors"}}) {
    all.push_back({"bu/stats/" + std::string(id), "BU-L6",
                   "The count at " + std::string(pointer) + " is wrong.", "bu/stats/sums",
                   [pointer = pointer] { return change({.name = complete}, set_at(pointer, 977)); }});
    all.push_back({"bu/stats/negative-" + std::string(id), "BU-E2",
                   "The count at " + std::string(pointer) + " is negative.",
                   "bu/events/shape/bulk_upload_complete",
                   [pointer = pointer] { return change({.name = complete}, set_at(pointer, -1)); }});
  }
}

void add_words(mutant_list& all) {
  all.insert(
      all.end(),
      {{"bu/progress/status", "BU-E1", "Progress has another status than processing.",
        "bu/events/shape/bulk_upload_progress",
        [] { return change({.name = progress}, set("status", "running")); }},
       {"bu/complete/status", "BU-E2", "The end has the status done.", "bu/events/shape/bulk_upload_complete",
        [] { return change({.name = complete}, set("status", "done")); }},
       {"bu/complete/duration", "BU-E2", "The duration is negative.", "bu/events/shape/bulk_upload_complete",
        [] { return change({.name = complete}, set("processing_duration_ms", -5)); }},
       {"bu/failed/status", "BU-E3", "A failure has the status error.", "bu/events/shape/bulk_upload_failed",
        [] { return change({.name = failed}, set("status", "error")); }},
       {"bu/failed/stage", "BU-E3", "A failure names a stage that there is not.",
        "bu/events/shape/bulk_upload_failed",
        [] { return change({.name = failed}, set("stage", "upload")); }},
       {"bu/failed/error-object", "BU-E3", "A failure's error is an object.",
        "bu/events/shape/bulk_upload_failed", [] {
          return change({.name = failed}, set("error", object{{"message", "no"}}));
        }}});
}

void add_listeners(mutant_list& all) {
  all.insert(all.end(), {{"bu/leak/progress", "BU-R6", "Everybody hears everybody's progress.",
                          "bu/listening/other-user", [] { return leaked({.name = progress}); }},
                         {"bu/leak/end", "BU-R6", "Everybody hears the end of everybody's jobs.",
                          "bu/listening/other-user", [] { return leaked({.name = complete}); }}});
}

}  // namespace

void add_bulk_upload_mutants(mutant_list& all) {
  add_stages(all);
  add_counts(all);
  add_words(all);
  add_listeners(all);
}

}  // namespace uploadproto::conformance
