// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "mutants/alterations.hpp"
#include "mutants/mutant.hpp"

namespace uploadproto::conformance {
namespace {

constexpr auto received = "message-received", started = "processing-started",
               completed = "processing-completed", failed = "processing-failed";

void add_order(mutant_list& all) {
  all.insert(
      all.end(),
      {{"ce/order/started-before-received", "CE-L1", "A message is started before it is received.",
        "ce/stages/order", [] { return behind_next({.name = received}); }},
       {"ce/order/received-again", "CE-L1", "A message that has been started is received again.",
        "ce/stages/order", [] { return repeating_first_behind({.name = received}, {.name = started}); }},
       {"ce/order/received-twice", "CE-L1", "A message is received twice.", "ce/stages/order",
        [] { return twice({.name = received}); }},
       {"ce/order/never-received", "CE-L1", "A message is started that was never received.",
        "ce/stages/complete", [] { return drop({.name = received}); }},
       {"ce/order/never-started", "CE-L1", "A message is completed that was never started.",
        "ce/stages/complete", [] { return drop({.name = started}); }}});
}

/** A log id that is none of the form, the same for the same. */
void shorten_id(object& payload) {
  if (auto* id = payload.if_contains("logId"); id && id->is_string())
    *id = "log-" + std::string(id->get_string().subview(0, 8));
}

void add_words(mutant_list& all) {
  all.insert(all.end(), {{"ce/received/type", "CE-E2", "A message has a data type of the server's own.",
                          "ce/events/shape/message-received",
                          [] { return change({.name = received}, set_at("/data/dataType", "MESSAGE")); }},
                         {"ce/started/status", "CE-E3", "What is started has the status STARTED.",
                          "ce/events/shape/processing-started",
                          [] { return change({.name = started}, set("status", "STARTED")); }},
                         {"ce/completed/status", "CE-E4", "What is completed has the status COMPLETED.",
                          "ce/events/shape/processing-completed",
                          [] { return change({.name = completed}, set("status", "COMPLETED")); }},
                         {"ce/failed/status", "CE-E5", "What has failed has a status in small letters.",
                          "ce/events/shape/processing-failed",
                          [] { return change({.name = failed}, set("status", "failed")); }},
                         {"ce/log-id/short", "CE-L3", "Log ids are no UUIDs.", "ce/job-id/form", [] {
                            relay_hooks answer = change_answer("/producers/", shorten_id);
                            return both(answer, on_message([](relay_client& c, relay_message m) {
                                          if (object* payload = m.object()) shorten_id(*payload);
                                          c.to_client(m);
                                        }));
                          }}});
}

}  // namespace

void add_consumer_events_mutants(mutant_list& all) {
  add_order(all);
  add_words(all);
}

}  // namespace uploadproto::conformance
