// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Servers that give a user's batch to others, take ids that are none, or tell watchers different things.
#include <map>

#include "mutants/alterations.hpp"
#include "mutants/mutant.hpp"

namespace uploadproto::conformance {
namespace {

constexpr auto socket_path = "/ws/upload-progress/", upload_path = "/upload/csv";

chosen_events stage(std::string_view name) {
  return {.name = "", .so = having("stage", value(name))};
}
chosen_events status(std::string_view name) {
  return {.name = "", .so = having("status", value(name))};
}

chosen_events terminal() {
  return {.name = "", .so = [](object const& payload) {
            return having("status", "completed")(payload) || having("status", "error")(payload);
          }};
}

std::string batch_in(relay_exchange const& x) {
  return std::string(x.path().substr(x.path().rfind('/') + 1));
}

/** Opens another's batch to whoever comes with a ticket of his own. */
relay_hooks opening_others() {
  return opening_refused([](relay_exchange const& x) { return x.reply.status == 403; });
}

void add_ownership(mutant_list& all) {
  all.insert(
      all.end(),
      {{"up/batch/watched-by-others", "UP-A6", "A batch that somebody watches is open to others.",
        "up/batches/connected-first", opening_others},
       {"up/batch/open-when-left", "UP-A6", "A batch is anybody's when its watcher has left.",
        "up/batches/connected-and-left", opening_others},
       {"up/batch/uploaded-is-open", "UP-A6", "A batch that somebody has uploaded is open to others.",
        "up/batches/uploaded-first", opening_others},
       {"up/batch/generated-is-open", "UP-A6", "A batch whose id the server has made is open to others.",
        "up/batches/generated-id", opening_others},
       {"up/batch/ended-is-open", "UP-A6", "A batch that has ended is open to others.", "up/batches/used-id",
        opening_others},
       {"up/batch/both-at-once", "UP-A6", "Two users who come at the same moment both get the batch.",
        "up/batches/claimed-at-once", opening_others},
       {"up/batch/others-upload", "UP-A6", "Another user may upload to a batch.",
        "up/batches/connected-first", [] { return other_status(upload_path, 403, 202); }},
       {"up/batch/owner-not-known", "UP-A6", "Another user's upload is answered as a used id.",
        "up/batches/connected-first", [] { return other_status(upload_path, 403, 409); }},
       {"up/batch/another-id", "CO-9", "The messages of a stage bear another id.", "up/batches/same-id",
        [] { return change(stage("parsing"), set("batch_id", "7a0c8c9e-0000-4000-8000-000000000000")); }}});
}

relay_hooks opening_bad_ids() {
  return opening_refused(
      [](relay_exchange const& x) { return x.reply.status == 400 || x.reply.status == 404; });
}

/** After the first refusal of an id nobody is let in. */
relay_hooks stuck_after_refusal() {
  relay_hooks out;
  auto const stuck = std::make_shared<bool>(false);
  out.answer = [stuck](relay_exchange& x) {
    if (!x.upgrade) return;
    if (*stuck) x.cut = true;
    *stuck = *stuck || x.reply.status == 400 || x.reply.status == 404;
  };
  return out;
}

void add_ids(mutant_list& all) {
  all.insert(
      all.end(),
      {{"up/id/any-length", "UP-A7", "Ids of any length may be watched.", "up/ids/lengths", opening_bad_ids},
       {"up/id/uuids-alone", "UP-A7", "Only UUIDs may be watched.", "up/ids/lengths",
        [] {
          return on_request(socket_path, [](relay_exchange& x) {
            if (batch_in(x).size() != 36) x.answer(400, object{});
          });
        }},
       {"up/id/any-character", "UP-A7", "Ids of any characters may be watched.", "up/ids/characters",
        opening_bad_ids},
       {"up/id/traversal", "UP-A7", "Paths that lead elsewhere are opened.", "up/ids/traversal",
        opening_bad_ids},
       {"up/id/upload-of-any", "UP-A7", "An upload may have any id.", "up/ids/uploads",
        [] { return other_status(upload_path, 400, 202); }},
       {"up/id/stuck", "CO-8", "After an id that is none nobody is let in.", "up/ids/characters",
        stuck_after_refusal},
       {"up/path/any", "UP-T1", "There is a WebSocket at every path.", "up/paths/other", opening_bad_ids},
       {"up/path/plain-request", "UP-T1", "A plain request gets status 200.", "up/paths/plain-request",
        [] {
          return on_answer(socket_path, [](relay_exchange& x) {
            if (!x.upgrade) x.reply.status = 200;
          });
        }},
       {"up/frames/binary", "UP-T1", "Messages come in binary frames.", "up/paths/text-frames",
        [] {
          return on_message([](relay_client& c, relay_message m) {
            if (m.object() && having("stage", "parsing")(*m.object()))
              c.to_client({relay_message::opcode::binary, m.text(), false});
            c.to_client(m);
          });
        }},
       {"up/frames/no-object", "UP-T1", "A message is a JSON text that is no object.", "up/paths/text-frames",
        [] {
          return on_message([](relay_client& c, relay_message m) {
            bool const last = m.object() && having("status", "completed")(*m.object());
            if (last) c.to_client(relay_message::plain("\"done\""));
            c.to_client(m);
          });
        }}});
}

/** Messages to every connection but the first of a batch go this way. */
relay_hooks to_later(std::function<void(relay_client&, relay_message)> use) {
  auto const first = std::make_shared<std::map<std::string, std::uint64_t>>();
  return on_message([first, use = std::move(use)](relay_client& c, relay_message m) {
    std::uint64_t const known = first->try_emplace(c.job, c.number).first->second;
    known == c.number ? c.to_client(m) : use(c, std::move(m));
  });
}

/** Keeps all that comes of a batch and sends it to who comes later, before anything else. */
relay_hooks without_snapshots() {
  auto const told = std::make_shared<std::map<std::uint64_t, unsigned>>();
  return to_later([told](relay_client& c, relay_message m) {
    bool const event = m.object() && m.object()->contains("batch_id");
    if (event && ++(*told)[c.number] == 2) return;  // the greeting is the first
    c.to_client(m);
  });
}

void add_watching(mutant_list& all) {
  all.insert(all.end(),
             {{"up/greeting/none", "UP-E3", "The server does not greet.", "up/watching/greeting",
               [] { return drop(status("connected")); }},
              {"up/greeting/progress", "UP-E3", "The greeting has progress 1.", "up/watching/greeting",
               [] { return change(status("connected"), set("progress", 1)); }},
              {"up/greeting/batch", "UP-E3", "The greeting names another batch.", "up/watching/greeting",
               [] { return change(status("connected"), set("batch_id", "another")); }},
              {"up/greeting/shape", "UP-E1", "The greeting has no message.", "up/watching/greeting",
               [] { return change(status("connected"), erase("message")); }},
              {"up/snapshot/none", "CO-10", "Who comes late hears nothing until something happens.",
               "up/watching/late", without_snapshots},
              {"up/snapshot/none-of-the-end", "CO-10", "Who comes after the end hears nothing.",
               "up/watching/after-the-end", without_snapshots},
              {"up/snapshot/own-time", "CO-10", "The snapshot has a timestamp of its own.",
               "up/watching/after-the-end",
               [] {
                 return to_later([](relay_client& c, relay_message m) {
                   if (object* payload = m.object()) (*payload)["timestamp"] = "2025-11-25T10:30:45.123Z";
                   c.to_client(m);
                 });
               }},
              {"up/snapshot/to-all", "CO-7", "The snapshot of the end goes to all who watch.",
               "up/watching/after-the-end", [] { return leaked(status("completed")); }},
              {"up/watchers/another-order", "UP-L1", "A second watcher hears the stages in another order.",
               "up/watching/five",
               [] {
                 return to_later([swap = behind_next(stage("parsing")).from_server](
                                     relay_client& c, relay_message m) { swap(c, std::move(m)); });
               }},
              {"up/watchers/no-end", "CO-7", "Only the first watcher hears the end.", "up/watching/five",
               [] { return to_later(drop(status("completed")).from_server); }},
              {"up/watchers/fewer", "CO-6", "A second watcher hears progress go back.", "up/watching/five",
               [] { return to_later(followed_by(stage("database"), set("progress", 20)).from_server); }},
              {"up/watchers/leak", "UP-A5", "Watchers hear of other batches.", "up/watching/fifty",
               [] { return leaked(stage("scanning")); }},
              {"up/reconnect/no-end", "CO-7", "Who comes back never hears the end.", "up/watching/reconnect",
               [] { return to_later(drop(terminal()).from_server); }}});
}

}  // namespace

void add_batch_mutants(mutant_list& all) {
  add_ownership(all);
  add_ids(all);
  add_watching(all);
}

}  // namespace uploadproto::conformance
