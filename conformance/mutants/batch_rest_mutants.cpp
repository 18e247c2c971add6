// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Servers whose uploads, refusals, states and pipeline of upload progress say something else.
#include "mutants/alterations.hpp"
#include "mutants/mutant.hpp"

namespace uploadproto::conformance {
namespace {

constexpr auto upload_path = "/upload/csv", manager_path = "/websocket/status",
               status_path = "/upload/status/", history_path = "/upload/history/";

chosen_events status(std::string_view name) {
  return {.name = "", .so = having("status", value(name))};
}

/** The history's messages of a stage say this. */
relay_hooks with_history_saying(std::string_view stage, std::string_view message) {
  return change_answer(history_path, [stage, message](object& body) {
    auto* events = body.if_contains("events");
    if (!events || !events->is_array()) return;
    for (value& e : events->get_array())
      if (having("stage", value(stage))(e.as_object())) e.as_object()["message"] = message;
  });
}

void add_endings(mutant_list& all) {
  all.insert(all.end(),
             {{"up/end/at-99", "UP-L2", "A batch is completed at 99.", "up/end/completed",
               [] { return change(status("completed"), set("progress", 99)); }},
              {"up/end/another-stage", "UP-L2", "A batch is completed in another stage than the last.",
               "up/end/completed", [] { return change(status("completed"), set("stage", "database")); }},
              {"up/end/twice", "UP-L2", "A batch is completed twice.", "up/end/completed",
               [] { return twice(status("completed")); }},
              {"up/end/as-an-error", "UP-L2", "A batch that succeeds ends with an error.", "up/end/completed",
               [] { return change(status("completed"), set("status", "error")); }},
              {"up/end/error-elsewhere", "UP-L2", "A failure names another stage than where it stopped.",
               "up/end/error", [] { return change(status("error"), set("stage", "categorization")); }},
              {"up/end/error-twice", "UP-L2", "A failure comes twice.", "up/end/error",
               [] { return twice(status("error")); }},
              {"up/end/failure-completes", "UP-L2", "A failure is said to be completed.", "up/end/error",
               [] { return change(status("error"), set("status", "completed")); }},
              {"up/end/close-code", "UP-L6", "The server closes with 1001 after the end.",
               "up/end/server-closes", [] { return closing_with(1001); }},
              {"up/end/closing-answer", "UP-L6", "The server answers a close frame with another code.",
               "up/end/client-closes", [] { return closing_with(1011); }},
              {"up/infected/goes-on", "UP-L4", "An infected file gets to 60.", "up/failure/infected",
               [] {
                 return preceded_by(status("error"),
                                    [](object& p) { p["status"] = "processing", p["progress"] = 60; });
               }},
              {"up/infected/completes", "UP-L4", "An infected file is completed.", "up/failure/infected",
               [] { return change(status("error"), set("status", "completed")); }},
              {"up/infected/stored", "UP-L4", "An infected file is stored.", "up/failure/infected",
               [] { return change_answer(status_path, set("stored", 3)); }}});
}

void add_refusals(mutant_list& all) {
  for (std::string_view what : {"no-file", "too-large", "wrong-kind", "no-text", "empty"})
    all.push_back({"up/failure/not-told-" + std::string(what), "UP-L3",
                   "Only the answer tells of an upload that is refused: " + std::string(what) + '.',
                   "up/failure/" + std::string(what), [] { return drop(status("error")); }});
  all.insert(all.end(),
             {{"up/failure/id-free-again", "UP-L3", "The id of a refused upload may be used again.",
               "up/failure/empty", [] { return other_status(upload_path, 409, 202); }},
              {"up/failure/stranger-ends-it", "UP-L3", "An upload by another user ends the batch.",
               "up/failure/before-binding",
               [] {
                 return on_answer(upload_path, [](relay_exchange& x) {
                   if (x.reply.status != 403) return;
                   for (auto const& c : x.by->clients())
                     c->to_client(relay_message::json({{"batch_id", c->job},
                                                       {"progress", 0},
                                                       {"status", "error"},
                                                       {"stage", "validation"},
                                                       {"message", "not yours"},
                                                       {"error", "not yours"},
                                                       {"timestamp", "2025-11-25T10:30:45.123Z"}}));
                 });
               }},
              {"up/failure/second-taken", "UP-L3", "A second upload is taken.", "up/failure/second-upload",
               [] { return other_status(upload_path, 409, 202); }},
              {"up/failure/second-ends-twice", "CO-7", "The end comes twice after a second upload.",
               "up/failure/second-upload", [] { return twice(status("completed")); }},
              {"up/uploads/all-taken", "UP-H1", "All of five uploads with one id are taken.",
               "up/http/uploads-at-once", [] { return other_status(upload_path, 409, 202); }}});
}

void add_statuses(mutant_list& all) {
  struct line {
    std::string_view of;
    unsigned when, then;
  };
  for (auto const& [of, when, then] :
       {line{"accepted", 202, 200}, line{"bad-request", 400, 500}, line{"unauthorized", 401, 403},
        line{"forbidden", 403, 404}, line{"conflict", 409, 400}, line{"too-large", 413, 400},
        line{"unsupported", 415, 422}})
    all.push_back({"up/upload/status-of-" + std::string(of), "UP-H1",
                   "Status " + std::to_string(then) + " comes in the place of " + std::to_string(when) + '.',
                   "up/http/" + std::string(of),
                   [when = when, then = then] { return other_status(upload_path, when, then); }});
  for (std::string_view of :
       {"bad-request", "unauthorized", "forbidden", "conflict", "too-large", "unsupported"})
    all.push_back({"up/upload/no-detail-of-" + std::string(of), "UP-H1", "A refusal has no code and message.",
                   "up/http/" + std::string(of), [] { return change_answer(upload_path, erase("detail")); }});
}

void add_answers(mutant_list& all) {
  all.insert(
      all.end(),
      {{"up/upload/another-id", "UP-H1", "The answer names another batch.", "up/http/accepted",
        [] { return change_answer(upload_path, set("batch_id", "7a0c8c9e-0000-4000-8000-000000000000")); }},
       {"up/upload/status-word", "UP-H1", "The answer's status is queued.", "up/http/accepted",
        [] { return change_answer(upload_path, set("status", "queued")); }},
       {"up/upload/no-message", "UP-H1", "The answer has no message.", "up/http/accepted",
        [] { return change_answer(upload_path, erase("message")); }},
       {"up/upload/no-uuid", "UP-H1", "Ids that the server makes are no UUIDs.", "up/http/generated-id",
        [] { return change_answer(upload_path, set("batch_id", "batch-1")); }},
       {"up/upload/query-not-read", "UP-H1", "An id in the query is not read.", "up/http/id-in-query",
        [] {
          return on_request(upload_path, [](relay_exchange& x) { x.call.url = std::string(x.path()); });
        }},
       {"up/manager/no-switch", "UP-H2", "The manager does not say whether it is on.", "up/http/manager",
        [] { return change_answer(manager_path, erase("websocket_enabled")); }},
       {"up/manager/nobody", "UP-H2", "The manager counts no connection.", "up/http/manager",
        [] { return change_answer(manager_path, set_at("/manager_stats/total_connections", 0)); }},
       {"up/manager/counts-as-text", "UP-H2", "A count is a text.", "up/http/manager",
        [] { return change_answer(manager_path, set_at("/manager_stats/messages_sent", "12")); }},
       {"up/manager/no-limits", "UP-H2", "The manager does not say its limits.", "up/http/manager",
        [] { return change_answer(manager_path, erase("limits")); }},
       {"up/manager/names-users", "UP-H2", "The manager names who is connected.", "up/http/manager",
        [] {
          return on_answer(manager_path, [](relay_exchange& x) {
            value body = x.reply.json();
            body.as_object()["users"] = boost::json::array{value(x.user)};
            x.answer(200, body);
          });
        }},
       {"up/status/never-completed", "UP-H3", "A batch that has ended is still processed.",
        "up/http/batch-status", [] { return change_answer(status_path, set("status", "processing")); }},
       {"up/status/another-id", "UP-H3", "The status is of another batch.", "up/http/batch-status",
        [] { return change_answer(status_path, set("batch_id", "another")); }},
       {"up/history/without-the-end", "UP-H3", "The history lacks the end.", "up/http/history",
        [] {
          return change_answer(history_path, [](object& body) {
            if (auto* events = body.if_contains("events"); events && !events->as_array().empty())
              events->as_array().pop_back();
          });
        }},
       {"up/history/swapped", "UP-H3", "The history has another order.", "up/http/history",
        [] {
          return change_answer(history_path, [](object& body) {
            if (auto* events = body.if_contains("events"); events && events->as_array().size() > 2)
              swap(events->as_array()[1], events->as_array().back());
          });
        }},
       {"up/history/of-others", "UP-A5", "Another user's history is shown.", "up/http/others-batch",
        [] { return other_status(history_path, 404, 200); }},
       {"up/history/status-of-others", "UP-A5", "Another user's batch has a status.", "up/http/others-batch",
        [] { return other_status(status_path, 404, 200); }},
       {"up/history/status-without-session", "UP-A5", "A batch's status needs no session.",
        "up/http/others-batch", [] { return other_status(status_path, 401, 200); }},
       {"up/cancel/twice", "UP-H3", "A batch that has ended can be cancelled.", "up/http/cancel",
        [] { return other_status("/api/v1/upload/", 409, 200); }},
       {"up/cancel/not-told", "UP-H3", "A cancelled batch ends as if it had succeeded.", "up/http/cancel",
        [] { return change(status("error"), set("status", "completed")); }},
       {"up/cancel/told-twice", "CO-7", "A cancelled batch ends twice.", "up/http/cancel",
        [] { return twice(status("error")); }}});
}

void add_pipeline(mutant_list& all) {
  all.insert(
      all.end(),
      {{"up/pipeline/later-stage", "UP-P1", "What is no table is found in a later stage.",
        "up/pipeline/validation", [] { return change(status("error"), set("stage", "parsing")); }},
       {"up/pipeline/takes-all", "UP-P1", "A million rows and one are taken.", "up/pipeline/rows",
        [] { return change(status("error"), set("status", "completed")); }},
       {"up/pipeline/scanner-not-named", "UP-P2", "The scan does not say by what.", "up/pipeline/scanning",
        [] { return with_history_saying("scanning", "clean"); }},
       {"up/pipeline/scanner-blind", "UP-P2", "The scan lets scripts pass.", "up/pipeline/scanning",
        [] { return change(status("error"), set("stage", "parsing")); }},
       {"up/pipeline/bad-rows-hidden", "UP-P3", "The end does not count the bad rows.", "up/pipeline/parsing",
        [] { return change(status("completed"), set_at("/details/errors", 0)); }},
       {"up/pipeline/rows-not-numbered", "UP-P3", "Bad rows are not told by number.", "up/pipeline/parsing",
        [] { return with_history_saying("parsing", "some rows are bad"); }},
       {"up/pipeline/row-lost", "UP-P4", "A row fewer is stored than was read.", "up/pipeline/database",
        [] { return change_answer(status_path, add_to("stored", -1)); }},
       {"up/pipeline/doubled", "UP-P4", "A second load is taken.", "up/pipeline/database",
        [] { return other_status(upload_path, 409, 202); }},
       {"up/pipeline/all-categorised", "UP-P5", "Everything gets a category.", "up/pipeline/categorization",
        [] {
          return with_history_saying("categorization", "3 transactions categorised, 0 left uncategorised");
        }}});
}

}  // namespace

void add_batch_rest_mutants(mutant_list& all) {
  add_endings(all);
  add_refusals(all);
  add_statuses(all);
  add_answers(all);
  add_pipeline(all);
}

}  // namespace uploadproto::conformance
