// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Many clients at once, clients that come late, clients that come back.
#include <algorithm>
#include <boost/json/serialize.hpp>

#include "cases/all_cases.hpp"
#include "cases/answers.hpp"
#include "cases/case_prefix.hpp"
#include "cases/listeners.hpp"

namespace uploadproto::conformance {
namespace {

/** Where progress may be merged for a slow client (CO-7), what two hear differs by that and by nothing else:
    what both have is in one order, and the stages and the end are the same. */
void check_same(trial& t, std::string_view clause, watcher const& one, watcher const& other,
                std::string const& job, std::string const& whose) {
  auto const expected = shown(one.heard_of(job));
  auto came = shown(other.heard_of(job));
  std::string const wanted = std::to_string(expected.size()) + " events that end with " + expected.back();
  if (!t.check(clause, !came.empty() && came.back() == expected.back(),
               {"", whose + " hears " + wanted, came.empty() ? "nothing" : came.back()}))
    return;
  auto last = expected.begin();
  for (std::string const& event : came) {
    t.check(clause, std::ranges::count(came, event) == 1, {"", whose + " hears it once", event});
    auto const place = std::ranges::find(expected, event);
    if (place == expected.end()) continue;
    t.check(clause, place >= last, {"", whose + " hears it before " + *last, event});
    last = place;
  }
  bool const merges = !t.info().broadcast;
  if (!merges)
    t.check(clause, came == expected,
            {"", whose + " hears " + wanted, std::to_string(came.size()) + " events"});
  judgement found;
  judge_job(found, t.face(), other.heard_of(job), {});
  for (auto const& [id, judged] : found.all())
    for (breach const& b : judged.breaches)
      if (id != "CO-1")
        t.check(clause, false, {b.pointer, b.expected + " (" + id + ")", whose + ": " + b.came});
}

std::string room_clause(trial const& t) {
  return t.info().clauses == "BU" ? "BU-R4" : t.info().clauses == "FU" ? "FU-R2" : "CE-R1";
}

/** Two tabs, then fifty: each hears each event once, all in the same order. */
void watched_by(trial& t, std::size_t count) {
  std::string const clause = room_clause(t);
  std::vector<watcher*> all;
  for (std::size_t i = 0; i != count; ++i) {
    transport const how =
        i % 5 == 4 && !t.side().lacks.contains("polling") ? transport::polling : transport::websocket;
    all.push_back(&t.enter("alice", {}, {.transport = how, .wait = false}));
  }
  t.until([&] { return std::ranges::all_of(all, [](watcher* w) { return w->ready() || w->over(); }); });
  for (watcher* w : all) t.require(clause, w->ready(), {"", "a client that is let in", w->summary()});
  std::string const job = job_for(t, all);
  t.until([&] {
    return std::ranges::all_of(all, [&](watcher* w) { return w->heard_end_of(job) || w->over(); });
  });
  for (watcher* w : all) w->begin_fence();
  t.until([&] { return std::ranges::all_of(all, [](watcher* w) { return w->fence_passed(); }); });
  t.require(clause, all[0]->heard_end_of(job), {"", "the job's end", all[0]->summary()});
  for (std::size_t i = 1; i != count; ++i)
    check_same(t, clause, *all[0], *all[i], job, "client " + std::to_string(i + 1));
}

std::string_view joining_clause(trial const& t) {
  return t.info().clauses == "BU" ? "BU-R1" : t.info().clauses == "FU" ? "FU-R1" : "CE-R1";
}

/** Who loses the connection in the middle of a job and comes back hears its one end. */
void reconnect(trial& t) {
  std::string_view const clause = joining_clause(t);
  watcher& steady = t.admitted("alice");
  watcher& first = t.admitted("alice");
  std::string job = job_for(t, {&steady, &first}, sample_kind::slow);
  bool const parts = !t.info().rest.parts.pointer.empty();
  if (!parts) t.until([&] { return first.heard_of(job).size() >= 2 || first.heard_end_of(job); });
  first.cut();
  watcher& again = t.admitted("alice");
  if (parts) {  // a batch of the upload that was announced after the return
    t.until([&] {
      for (observed_event const& e : again.heard())
        if (e.name == "message-received") {
          job = job_of(t.face(), e);
          return true;
        }
      return again.over();
    });
  } else {
    again.subscribe(job);
    t.settle(again);
    end_soon(t, job);
  }
  wait_for_end(t, clause, steady, job);
  wait_for_end(t, clause, again, job);
  t.settle(again);
  auto const heard = again.heard_of(job);
  auto const ends = std::ranges::count_if(
      heard, [&](observed_event const& e) { return contract::is_terminal(kind_of(t.face(), e)); });
  t.check("CO-7", ends == 1, {"", "exactly one terminal event after coming back", std::to_string(ends)});
  auto const of_steady = shown(steady.heard_of(job));
  for (std::string const& event : shown(heard))
    t.check(clause, std::ranges::count(of_steady, event) == 1,
            {"", "an event that the other tab heard", event});
}

/** What comes to who subscribes when the job is under way, or over (CO-10). */
void late_subscriber(trial& t) {
  level const asked = promised(t);
  followed_job const job = t.follow();
  t.require("CO-10", job.owner->heard_end_of(job.id), {"", "the job's end", job.owner->summary()});
  watcher& late = t.admitted("alice");
  t.settle(late);
  std::size_t const unasked = late.heard_of(job.id).size();
  t.check("CO-10", unasked == 0, {"", "nothing before it subscribes", std::to_string(unasked) + " events"});
  std::size_t const before = job.owner->heard().size();
  late.subscribe(job.id);
  t.settle(late);
  t.settle(*job.owner);
  auto const came = shown(late.heard_of(job.id));
  std::string const end = shown(job.last());
  t.check_as(asked, "CO-10", came.size() == 1 && came[0] == end,
             {"", "once, the terminal event with its own timestamp: " + end,
              came.empty() ? "nothing" : std::to_string(came.size()) + " events, the first " + came[0]});
  t.check("CO-10", job.owner->heard().size() == before,
          {"", "to who subscribes alone",
           std::to_string(job.owner->heard().size() - before) + " more to another"});
}

/** In the middle of a job the snapshot comes first, and then what follows it. */
void late_in_the_middle(trial& t) {
  level const asked = promised(t);
  watcher& owner = t.admitted("alice");
  std::string const job = job_for(t, {&owner}, sample_kind::slow);
  t.until([&] { return owner.heard_of(job).size() >= 3 || owner.heard_end_of(job); });
  watcher& late = t.admitted("alice");
  late.subscribe(job);
  t.settle(late);
  end_soon(t, job);
  wait_for_end(t, "CO-10", owner, job);
  wait_for_end(t, "CO-10", late, job);
  t.settle(late);
  auto const whole = shown(owner.heard_of(job)), came = shown(late.heard_of(job));
  auto const snapshot = std::ranges::find(whole, came.front());
  t.check_as(asked, "CO-10", snapshot != whole.end(),
             {"", "the job's latest event as it was sent", came.front()});
  for (std::size_t i = 1; i != came.size(); ++i) {
    auto const place = std::ranges::find(whole, came[i]);
    t.check_as(asked, "CO-10", place >= snapshot, {"", "nothing older behind the snapshot", came[i]});
  }
  auto distinct = came;
  std::ranges::sort(distinct);
  auto const twice =
      static_cast<std::size_t>(std::distance(std::unique(distinct.begin(), distinct.end()), distinct.end()));
  std::size_t const most =
      t.info().user_room.empty() ? 0 : 1;  // the snapshot of what the user room had brought
  t.check_as(asked, "CO-10", twice <= most,
             {"", "each event once, but for the snapshot", std::to_string(twice) + " came again"});
}

/** What was missed in a short cut comes after it, where the server offers that (CO-11). */
void recovery(trial& t) {
  watcher& steady = t.admitted("alice");
  watcher& first = t.admitted("alice");
  std::string const pid = text_at(*first.socketio().connected(), "/pid");
  if (pid.empty()) t.skip("the server offers no recovery: its answer to CONNECT has no pid");
  std::string const job = job_for(t, {&steady, &first}, sample_kind::slow);
  t.until([&] { return !first.socketio().events().empty() || first.over(); });
  if (first.socketio().events().empty()) t.give_up("no event came before the cut");
  std::string offset;
  std::size_t const had = first.heard_of(job).size();
  for (auto const& e : first.socketio().events())
    if (e.arguments.size() > 1 && e.arguments.back().is_string())
      offset = std::string(e.arguments.back().as_string());
  first.cut();
  end_soon(t, job);
  wait_for_end(t, "CO-11", steady, job);
  socketio_options options = t.socketio_entrance("alice", {});
  boost::json::object auth = options.auth ? options.auth->as_object() : boost::json::object();
  auth["pid"] = boost::json::string(pid);
  auth["offset"] = boost::json::string(offset);
  options.auth = auth;
  socketio_probe& back = t.open_socketio("alice", options);
  auto const whole = steady.heard_of(job);
  t.until([&] { return back.events().size() + had >= whole.size() || back.ended(); });
  std::vector<std::string> missed;
  for (auto const& e : back.events())
    missed.push_back(e.name + ' ' + serialize(e.arguments.empty() ? nullptr : e.arguments[0]));
  auto const all = shown(whole);
  bool const holds = std::equal(all.begin() + std::ptrdiff_t(had), all.end(), missed.begin(), missed.end());
  t.check_as(promised(t), "CO-11", holds,
             {"", std::to_string(all.size() - had) + " missed events, in order, once",
              std::to_string(missed.size())});
}

struct line {
  std::string_view name, title;
  std::vector<std::string> clauses;
  void (*run)(trial&);
};

void add(case_list& all, protocol_face const& face, line const& one) {
  all.push_back({.id = case_prefix(face) + std::string(one.name),
                 .title = std::string(one.title),
                 .protocol = std::string(face.name()),
                 .clauses = one.clauses,
                 .run = one.run});
}

}  // namespace

void add_crowd_cases(case_list& all) {
  for (protocol_face const& face : known_protocols()) {
    if (face.info->framing != contract::framing::socketio) continue;
    std::string const prefix(face.info->clauses);
    std::string const room = prefix == "BU" ? "BU-R4" : prefix == "FU" ? "FU-R2" : "CE-R1";
    std::string const joining = prefix == "CE" ? "CE-R1" : prefix + "-R1";
    add(all, face,
        {"listening/two-tabs", "Two clients of a user hear the same, each event once.", {room}, [](trial& t) {
           watched_by(t, 2);
         }});
    add(all, face,
        {"listening/fifty", "Fifty clients hear the same events in the same order.", {room}, [](trial& t) {
           watched_by(t, 50);
         }});
    add(all, face,
        {"listening/reconnect",
         "Who comes back in the middle of a job hears its one end.",
         {joining, "CO-7"},
         reconnect});
    add(all, face,
        {"listening/recovery", "After a short cut come the events that were missed.", {"CO-11"}, recovery});
    if (face.client_events.empty()) continue;
    add(all, face,
        {"listening/late",
         "Who subscribes after the end gets the end once, alone.",
         {"CO-10"},
         late_subscriber});
    add(all, face,
        {"listening/late-in-the-middle",
         "Who subscribes in the middle gets the snapshot first.",
         {"CO-10"},
         late_in_the_middle});
  }
}

}  // namespace uploadproto::conformance
