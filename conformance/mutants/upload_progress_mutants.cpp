// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "mutants/alterations.hpp"
#include "mutants/mutant.hpp"

namespace uploadproto::conformance {
namespace {

chosen_events stage(std::string_view name) {
  return {.name = "", .so = having("stage", value(name))};
}
chosen_events status(std::string_view name) {
  return {.name = "", .so = having("status", value(name))};
}

void add_messages(mutant_list& all) {
  all.insert(
      all.end(),
      {{"up/stage/unknown", "UP-E1", "A stage has a name of the server's own.", "up/events/shape/message",
        [] { return change(stage("parsing"), set("stage", "reading")); }},
       {"up/stage/value-of-the-next", "UP-L1", "A stage reports a value of the next one.", "up/stages/range",
        [] { return change(stage("scanning"), set("progress", 41)); }},
       {"up/stage/value-of-the-last", "UP-L1", "A stage reports a value of the one before.",
        "up/stages/range", [] { return change(stage("database"), set("progress", 59.5)); }},
       {"up/stage/backwards", "UP-L1", "A finished stage is reported once more.", "up/stages/order",
        [] { return repeating_first_behind(stage("scanning"), stage("parsing")); }},
       {"up/stage/one-left-out", "UP-L5", "A batch leaves a stage out.", "up/stages/complete",
        [] { return drop(stage("scanning")); }},
       {"up/status/unknown", "UP-E1", "The status is one of the server's own.", "up/events/shape/message",
        [] { return change(status("processing"), set("status", "running")); }},
       {"up/error/none", "UP-E2", "A failure does not say what is wrong.", "up/events/error-text",
        [] { return change(status("error"), erase("error")); }},
       {"up/error/empty", "UP-E2", "A failure has an empty text.", "up/events/error-text",
        [] { return change(status("error"), set("error", "")); }},
       {"up/details/negative", "UP-E1", "A count in the details is negative.", "up/events/shape/message",
        [] {
          return change(status("processing"), set("details", object{{"processed", -1}}));
        }},
       {"up/details/text", "UP-E1", "A count in the details is a text.", "up/events/shape/message", [] {
          return change(status("processing"), set("details", object{{"total", "12"}}));
        }}});
}

void add_listeners(mutant_list& all) {
  all.insert(all.end(), {{"up/leak/progress", "UP-A5", "Everybody hears everybody's progress.",
                          "up/listening/other-user", [] { return leaked(status("processing")); }},
                         {"up/leak/end", "UP-A5", "Everybody hears the end of everybody's batches.",
                          "up/listening/other-user", [] { return leaked(status("completed")); }}});
}

}  // namespace

void add_upload_progress_mutants(mutant_list& all) {
  add_messages(all);
  add_listeners(all);
}

}  // namespace uploadproto::conformance
