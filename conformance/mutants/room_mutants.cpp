// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Servers that tell the wrong clients, or let one client disturb the others.
#include <algorithm>
#include <map>
#include <set>

#include "cases/case_prefix.hpp"
#include "mutants/alterations.hpp"
#include "mutants/mutant.hpp"

namespace uploadproto::conformance {
namespace {

using packet_type = relay_message::packet_type;

void end_all(relay_client& c) {
  for (auto const& other : c.by->clients()) other->end();
}

/** Messages to every client but the first go this way. */
relay_hooks to_later(std::function<void(relay_client&, relay_message)> use) {
  auto const first = std::make_shared<std::uint64_t>(0);
  return on_message([first, use = std::move(use)](relay_client& c, relay_message m) {
    if (!*first && m.is(packet_type::connect)) *first = c.number;
    *first == c.number ? c.to_client(m) : use(c, std::move(m));
  });
}

bool is_terminal(relay_message& m) {
  constexpr std::string_view names[] = {"bulk_upload_complete", "bulk_upload_failed",   "upload-completed",
                                        "upload-error",         "processing-completed", "processing-failed"};
  return std::ranges::count(names, m.name()) != 0;
}

relay_hooks without_end_for_later() {
  return to_later([](relay_client& c, relay_message m) {
    if (!is_terminal(m)) c.to_client(m);
  });
}

relay_hooks end_twice_for_later() {
  return to_later([](relay_client& c, relay_message m) {
    if (is_terminal(m)) c.to_client(m);
    c.to_client(m);
  });
}

/** The first event to a later client is held back behind its second. */
relay_hooks swapped_for_later() {
  auto const kept = std::make_shared<std::map<std::uint64_t, std::vector<relay_message>>>();
  return to_later([kept](relay_client& c, relay_message m) {
    auto& waiting = (*kept)[c.number];
    bool const job =
        m.is(packet_type::event) && m.name() != "connection-success" && m.name() != "stats-updated";
    if (!job || waiting.size() > 1) return c.to_client(m);
    waiting.push_back(m);
    if (waiting.size() == 1) return;
    c.to_client(waiting[1]);
    c.to_client(waiting[0]);
  });
}

/** Events of a job do not come to a later client before it has missed one. */
relay_hooks first_lost_for_later() {
  auto const missed = std::make_shared<std::set<std::uint64_t>>();
  return to_later([missed](relay_client& c, relay_message m) {
    if (!m.is(packet_type::event) || !missed->insert(c.number).second) c.to_client(m);
  });
}

void add_listening(mutant_list& all, protocol_face const& face) {
  std::string const prefix = case_prefix(face), name(face.info->clauses);
  std::string const room = name == "BU" ? "BU-R4" : name == "FU" ? "FU-R2" : "CE-R1";
  std::string const joining = name == "CE" ? "CE-R1" : name + "-R1";
  all.insert(all.end(), {{prefix + "tabs/second-without-end", room, "Only one client hears the end.",
                          prefix + "listening/two-tabs", without_end_for_later},
                         {prefix + "tabs/second-twice", room, "A second client hears the end twice.",
                          prefix + "listening/two-tabs", end_twice_for_later},
                         {prefix + "tabs/another-order", room, "Clients hear events in different orders.",
                          prefix + "listening/fifty", swapped_for_later},
                         {prefix + "reconnect/no-end", joining, "Who comes back does not hear the end.",
                          prefix + "listening/reconnect", without_end_for_later},
                         {prefix + "reconnect/end-twice", "CO-7", "Who comes back hears the end twice.",
                          prefix + "listening/reconnect", end_twice_for_later}});
}

void add_snapshots(mutant_list& all, std::string const& prefix) {
  all.insert(all.end(), {{prefix + "snapshot/none", "CO-10", "Who subscribes after the end hears nothing.",
                          prefix + "listening/late", first_lost_for_later},
                         {prefix + "snapshot/twice", "CO-10", "Who subscribes after the end hears it twice.",
                          prefix + "listening/late", end_twice_for_later},
                         {prefix + "snapshot/own-time", "CO-10", "The snapshot has a time of its own.",
                          prefix + "listening/late", [] {
                            return to_later([](relay_client& c, relay_message m) {
                              if (object* payload = m.object(); payload && m.is(packet_type::event))
                                (*payload)["timestamp"] = "2025-11-25T10:30:45.123Z";
                              c.to_client(m);
                            });
                          }}});
}

relay_hooks changing_acks(std::function<void(object&)> by) {
  return on_packet(packet_type::ack, [by = std::move(by)](relay_message& m) {
    auto& arguments = m.packet()->data.as_array();
    if (!arguments.empty() && arguments[0].is_object()) by(arguments[0].get_object());
  });
}

void add_acknowledgements(mutant_list& all, protocol_face const& face) {
  std::string const prefix = case_prefix(face), clause = face.info->clauses == "BU" ? "BU-R7" : "FU-R5";
  std::string const by = prefix + "rooms/acknowledgements";
  all.insert(all.end(),
             {{prefix + "ack/none", clause, "No acknowledgement comes.", by,
               [] {
                 return on_message([](relay_client& c, relay_message m) {
                   if (!m.is(packet_type::ack)) c.to_client(m);
                 });
               }},
              {prefix + "ack/always-ok", clause, "Every request is acknowledged as well.", by,
               [] { return changing_acks(set("ok", true)); }},
              {prefix + "ack/code", clause, "An error has a code of the server's own.", by,
               [] {
                 return changing_acks([](object& ack) {
                   if (ack.contains("error"))
                     ack["error"] = object{{"code", "bad_request"}, {"message", "no"}};
                 });
               }},
              {prefix + "ack/no-id", clause, "An acknowledgement does not name the job.", by,
               [] {
                 return changing_acks([](object& ack) {
                   ack.erase("job_id");
                   ack.erase("jobId");
                 });
               }},
              {prefix + "ack/unasked", clause, "A request is answered by an event.",
               prefix + "rooms/no-unasked-acknowledgement", [] {
                 return on_client_message([](relay_client& c, relay_message m) {
                   if (m.is(packet_type::event) && !m.packet()->id)
                     c.to_client(relay_message::event(m.packet()->nsp, "subscribed", object{{"ok", true}}));
                   c.to_server(m);
                 });
               }}});
}

/** Drops a client's events once it has sent a client event of this name. */
relay_hooks deaf_after(std::string name) {
  auto const deaf = std::make_shared<std::set<std::uint64_t>>();
  relay_hooks out = on_client_event(std::move(name), [deaf](relay_client& c, relay_message m) {
    deaf->insert(c.number);
    c.to_server(m);
  });
  out.from_server = [deaf](relay_client& c, relay_message m) {
    if (!m.is(packet_type::event) || !deaf->contains(c.number)) c.to_client(m);
  };
  return out;
}

/** Whether an event is about a job that the client has asked for. */
bool about_asked(relay_client& c, relay_message& m) {
  object const* payload = m.object();
  auto const* id = payload ? payload->if_contains("job_id") : nullptr;
  return id && std::ranges::any_of(c.asked, [&](std::string const& asked) { return *id == value(asked); });
}

void add_bulk(mutant_list& all) {
  all.insert(all.end(),
             {{"bu/rooms/owner-must-ask", "BU-R1", "The owner hears only jobs that he has subscribed to.",
               "bu/rooms/owner",
               [] {
                 return on_message([](relay_client& c, relay_message m) {
                   if (!m.is(packet_type::event) || about_asked(c, m)) c.to_client(m);
                 });
               }},
              {"bu/snapshot/hole", "CO-10", "An event behind the snapshot is lost.",
               "bu/listening/late-in-the-middle",
               [] {
                 auto const count = std::make_shared<std::map<std::uint64_t, unsigned>>();
                 return to_later([count](relay_client& c, relay_message m) {
                   if (!m.is(packet_type::event) || ++(*count)[c.number] != 2) c.to_client(m);
                 });
               }},
              {"bu/rooms/replay", "BU-R1", "Who connects hears what has long been.", "bu/rooms/owner",
               [] {
                 auto const last = std::make_shared<std::optional<relay_message>>();
                 return on_message([last](relay_client& c, relay_message m) {
                   if (is_terminal(m)) *last = m;
                   c.to_client(m);
                   if (m.is(packet_type::connect) && *last) c.to_client(**last);
                 });
               }},
              {"bu/rooms/subscribing-harms", "BU-R2", "Who subscribes hears no more.", "bu/rooms/subscribe",
               [] { return deaf_after("subscribe_bulk_upload_job"); }},
              {"bu/rooms/leaving-harms", "BU-R3", "Who unsubscribes from one job hears of none.",
               "bu/rooms/subscribe",
               [] {
                 return on_message([](relay_client& c, relay_message m) {
                   bool const left_one = !c.asked.empty() && m.is(packet_type::event);
                   if (!left_one || about_asked(c, m)) c.to_client(m);
                 });
               }},
              {"bu/rooms/twice", "BU-R5", "Who has subscribed hears everything twice.", "bu/rooms/once",
               [] {
                 return on_message([](relay_client& c, relay_message m) {
                   if (m.is(packet_type::event) && !c.asked.empty()) c.to_client(m);
                   c.to_client(m);
                 });
               }},
              {"bu/rooms/early-subscriber", "BU-R6", "Who subscribes first hears the job, whosever it is.",
               "bu/rooms/not-yet-made", [] { return leaked({.name = "bulk_upload_progress"}); }},
              {"bu/rooms/forbidden-before", "BU-R6", "A job that nobody has made is forbidden.",
               "bu/rooms/not-yet-made", [] {
                 return changing_acks([](object& ack) {
                   ack = object{{"ok", false}, {"error", object{{"code", "forbidden"}}}};
                 });
               }}});
}

void add_file(mutant_list& all) {
  all.insert(
      all.end(),
      {{"fu/rooms/first-lost", "FU-R1", "Who has joined misses the first event.", "fu/rooms/join-and-leave",
        [] { return drop({.name = "upload-progress", .so = having("status", "started")}); }},
       {"fu/rooms/everybody", "FU-R2", "Everybody hears every job.", "fu/rooms/join-and-leave",
        [] { return leaked({.name = "upload-progress"}); }},
       {"fu/rooms/end-to-everybody", "FU-R2", "Everybody hears the end of every job.",
        "fu/rooms/join-and-leave", [] { return leaked({.name = "upload-completed"}); }},
       {"fu/rooms/leaving-ignored", "FU-R2", "Leaving a room does nothing.", "fu/rooms/join-and-leave",
        [] { return on_client_event("leave-upload-room", [](relay_client&, relay_message) {}); }},
       {"fu/rooms/leaving-ignored-midway", "FU-R2", "Leaving a room in the middle of a job does nothing.",
        "fu/rooms/leave-in-the-middle",
        [] { return on_client_event("leave-upload-room", [](relay_client&, relay_message) {}); }},
       {"fu/rooms/one-leaves-all-leave", "FU-R2", "When one leaves a room, all do.",
        "fu/rooms/leave-in-the-middle",
        [] {
          auto const left = std::make_shared<bool>(false);
          relay_hooks out = on_client_event("leave-upload-room", [left](relay_client& c, relay_message m) {
            *left = true;
            c.to_server(m);
          });
          out.from_server = [left](relay_client& c, relay_message m) {
            if (!*left || !m.is(packet_type::event)) c.to_client(m);
          };
          return out;
        }},
       {"fu/pong/none", "FU-R3", "ping is not answered.", "fu/ping",
        [] {
          return on_message([](relay_client& c, relay_message m) {
            if (m.name() != "pong") c.to_client(m);
          });
        }},
       {"fu/pong/to-all", "FU-R3", "pong goes to everybody.", "fu/ping",
        [] { return leaked({.name = "pong"}); }},
       {"fu/pong/twice", "FU-R3", "ping is answered twice.", "fu/ping",
        [] { return twice({.name = "pong"}); }},
       {"fu/pong/renamed", "FU-R3", "ping is answered by ping.", "fu/ping",
        [] { return renamed({.name = "pong"}, "ping"); }},
       {"fu/pong/no-time", "FU-R4", "pong has no timestamp.", "fu/ping",
        [] { return change({.name = "pong"}, erase("timestamp")); }},
       {"fu/pong/bad-time", "CO-3", "pong's timestamp is no ISO 8601.", "fu/ping",
        [] { return change({.name = "pong"}, set("timestamp", "noon")); }}});
}

/** What this holds of ends everybody's connection. */
relay_hooks upset_by(std::function<bool(relay_message&)> holds) {
  return on_client_message([holds = std::move(holds)](relay_client& c, relay_message m) {
    holds(m) ? end_all(c) : c.to_server(m);
  });
}

void add_upset(mutant_list& all, std::string const& prefix) {
  auto const add = [&](std::string_view by, std::string does, std::function<relay_hooks()> make) {
    all.push_back({prefix + "upset/" + std::string(by), "CO-8", std::move(does),
                   prefix + "hostile/" + std::string(by), std::move(make)});
  };
  add("payloads", "An event without an object in it ends everybody's connection.",
      [] { return upset_by([](relay_message& m) { return !m.name().empty() && !m.object(); }); });
  add("packets", "A packet that breaks the grammar ends everybody's connection.",
      [] { return upset_by([](relay_message& m) { return m.text() == "4x"; }); });
  add("binary", "An announced attachment ends everybody's connection.",
      [] { return upset_by([](relay_message& m) { return m.text().starts_with("451-"); }); });
  add("nesting", "Deep nesting ends everybody's connection.", [] {
    return upset_by([](relay_message& m) { return m.text().find("[[[[[[[[") != std::string::npos; });
  });
  add("oversize", "Whoever the server puts out takes all others along.", [] {
    return on_message([](relay_client& c, relay_message m) {
      c.to_client(m);
      if (m.op() == relay_message::opcode::close) end_all(c);
    });
  });
  add("polling-bodies", "A body that no client sends ends everybody's connection.", [] {
    return on_request("/socket.io", [](relay_exchange& x) {
      if (x.call.method == "POST" && x.call.body == "garbage")
        for (auto const& other : x.by->clients()) other->end();
    });
  });
  add("sudden-ends", "A connection that breaks off takes all others along.", [] {
    relay_hooks out;
    out.gone = end_all;
    return out;
  });
}

}  // namespace

void add_room_mutants(mutant_list& all) {
  for (protocol_face const& face : known_protocols()) {
    if (face.info->framing != contract::framing::socketio) continue;
    add_listening(all, face);
    add_upset(all, case_prefix(face));
    if (face.client_events.empty()) continue;
    add_snapshots(all, case_prefix(face));
    add_acknowledgements(all, face);
  }
  add_bulk(all);
  add_file(all);
}

}  // namespace uploadproto::conformance
