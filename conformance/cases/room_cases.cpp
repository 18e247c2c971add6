// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Subscribing and leaving, acknowledgements, snapshots, many clients at once, clients that come back.
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <uploadproto/contract/samples.hpp>

#include "cases/all_cases.hpp"
#include "cases/answers.hpp"
#include "cases/case_prefix.hpp"

namespace uploadproto::conformance {
namespace {

using contract::client_action;

std::string member_of(event_face const& event) {
  return std::string(event.record->find(contract::role::job_id)->name);
}

boost::json::object request_for(event_face const& event, std::string_view job) {
  return {{member_of(event), job}};
}

/** The one argument of the acknowledgement; null when none came. */
boost::json::value ask(trial& t, watcher& w, event_face const& event, boost::json::value payload) {
  auto& socket = w.socketio();
  std::uint64_t const id = socket.emit_for_ack(event.name, {std::move(payload)});
  t.settle(w);
  auto const found = socket.acks().find(id);
  return found == socket.acks().end() || found->second.size() != 1 ? boost::json::value() : found->second[0];
}

void wait_for_end(trial& t, std::string_view clause, watcher& w, std::string const& job) {
  t.until([&] { return w.heard_end_of(job) || w.over(); });
  t.require(clause, w.heard_end_of(job), {"", "the end of job " + job, w.summary()});
}

/** A job of alice's that is heard from its beginning by whoever is named. */
std::string job_for(trial& t, std::vector<watcher*> const& listeners) {
  std::string const id = t.chooses_ids() ? t.fresh_id() : std::string();
  if (!id.empty())
    for (watcher* w : listeners) {
      w->subscribe(id);
      t.settle(*w);
    }
  return t.start_job(sample_kind::good, "alice", id);
}

void check_same(trial& t, std::string_view clause, watcher const& one, watcher const& other,
                std::string const& job, std::string const& whose) {
  auto const expected = shown(one.heard_of(job)), came = shown(other.heard_of(job));
  auto const [e, c] = std::ranges::mismatch(expected, came);
  std::string const place = std::to_string(e - expected.begin());
  t.check(clause, expected == came,
          {"", whose + " hears event " + place + ": " + (e == expected.end() ? "none" : *e),
           c == came.end() ? "nothing" : *c});
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

/** A socket in both rooms gets each event once. */
void once_in_both_rooms(trial& t) {
  watcher& plain = t.admitted("alice");
  watcher& twice = t.admitted("alice");
  std::string const job = t.start_job(sample_kind::good, "alice");
  twice.subscribe(job);
  twice.subscribe(job);
  wait_for_end(t, "BU-R5", plain, job);
  t.until([&] { return twice.heard_end_of(job) || twice.over(); });
  t.settle(twice);
  auto const once = shown(plain.heard_of(job));
  auto const both = shown(twice.heard_of(job));
  for (std::string const& event : once) {
    auto const times = std::ranges::count(both, event);
    std::size_t const snapshots = 2;  // one for each subscription, of the same event (CO-10)
    t.check("BU-R5", times >= 1, {"", "the event that another tab heard: " + event, "none"});
    t.check("BU-R5", times <= std::ptrdiff_t(1 + snapshots),
            {"", "once, but for the snapshot", std::to_string(times) + " times: " + event});
  }
  t.check(
      "BU-R5", both.size() <= once.size() + 2,
      {"", std::to_string(once.size()) + " events and at most two snapshots", std::to_string(both.size())});
}

/** The owner hears all without asking. */
void owner_without_subscribing(trial& t) {
  watcher& early = t.admitted("alice");
  std::string const first = t.start_job(), second = t.start_job(sample_kind::failing);
  wait_for_end(t, "BU-R1", early, first);
  wait_for_end(t, "BU-R1", early, second);
  watcher& next = t.admitted("alice");
  t.settle(next);
  t.check("BU-R1", next.heard().empty(),
          {"", "nothing before there is something new", next.heard().empty() ? "" : shown(next.heard()[0])});
}

/** Subscribing and unsubscribing to an own job takes nothing away: the user room serves it (R1). */
void subscribe_and_unsubscribe(trial& t) {
  watcher& owner = t.admitted("alice");
  watcher& left = t.admitted("alice");
  std::string const before = t.start_job();
  left.subscribe(before);
  left.unsubscribe(before);
  left.unsubscribe(before);
  for (std::string_view clause : {"BU-R2", "BU-R3"}) {
    wait_for_end(t, clause, owner, before);
    wait_for_end(t, clause, left, before);
  }
  std::string const after = t.start_job();
  wait_for_end(t, "BU-R3", left, after);
}

/** What the acknowledgement says, when one is asked for (BU-R7, FU-R5). */
void acknowledgements(trial& t) {
  std::string const clause = t.info().clauses == "BU" ? "BU-R7" : "FU-R5";
  level const asked = promised(t);
  watcher& w = t.admitted("alice");
  event_face const& subscribe = *t.face().client_event(client_action::subscribe);
  event_face const& unsubscribe = *t.face().client_event(client_action::unsubscribe);
  std::string const job = t.start_job(), member = member_of(subscribe);
  auto const expect = [&](boost::json::value const& came, bool ok, std::string_view code,
                          std::string const& what) {
    std::string const text = serialize(came);
    t.check_as(asked, clause, at(came, "/ok") == ok, {"/ok", (ok ? "true for " : "false for ") + what, text});
    if (ok)
      t.check_as(asked, clause, text_at(came, '/' + member) == job, {'/' + member, job, text});
    else
      t.check_as(asked, clause,
                 text_at(came, "/error/code") == code && !text_at(came, "/error/message").empty(),
                 {"/error/code", std::string(code) + " and a message for " + what, text});
  };
  expect(ask(t, w, subscribe, request_for(subscribe, job)), true, "", "an own job");
  expect(ask(t, w, subscribe, request_for(subscribe, job)), true, "", "the same once more");
  expect(ask(t, w, unsubscribe, request_for(unsubscribe, job)), true, "", "leaving it");
  for (contract::sample const& s : contract::samples(*subscribe.record))
    if (s.code) expect(ask(t, w, subscribe, s.payload), false, "invalid_payload", s.name);
  for (contract::sample const& s : contract::samples(*unsubscribe.record))
    if (s.code) expect(ask(t, w, unsubscribe, s.payload), false, "invalid_payload", s.name);
  if (t.info().life_cycle.owner_only) {
    watcher& other = t.admitted("bob");
    expect(ask(t, other, subscribe, request_for(subscribe, job)), false, "forbidden",
           "a job of another user");
  }
}

/** Without an ack request nothing is sent back. */
void no_unasked_acknowledgement(trial& t) {
  std::string const clause = t.info().clauses == "BU" ? "BU-R7" : "FU-R5";
  watcher& w = t.admitted("alice");
  w.subscribe(t.fresh_id());
  w.unsubscribe(t.fresh_id());
  for (event_face const& event : t.face().client_events)
    if (event.action != client_action::ping) w.socketio().emit(event.name, {nullptr});
  t.settle(w);
  bool const silent = w.socketio().acks().empty() && w.socketio().events().empty();
  t.check_as(promised(t), clause, silent,
             {"", "nothing",
              silent ? ""
                     : std::to_string(w.socketio().acks().size()) + " acknowledgements and " +
                           std::to_string(w.socketio().events().size()) + " events"});
}

/** Who joins before the job is made hears it from its first event; who has not joined, or has left, nothing.
 */
void joined_and_left(trial& t) {
  if (!t.chooses_ids()) t.skip("clients of this target cannot choose ids, so they cannot join before a job");
  watcher& joined = t.admitted("alice");
  watcher& never = t.admitted("bob");
  watcher& left = t.admitted("carol");
  watcher& elsewhere = t.admitted("dora");
  std::string const id = t.fresh_id();
  joined.subscribe(id);
  left.subscribe(id);
  t.settle(left);
  left.unsubscribe(id);
  elsewhere.subscribe(id + "-other");
  for (watcher* w : {&joined, &left, &elsewhere}) t.settle(*w);
  std::string const job = t.start_job(sample_kind::good, "alice", id);
  wait_for_end(t, "FU-R1", joined, job);
  auto const heard = joined.heard_of(job);
  t.check("FU-R1", text_at(heard.front().payload, "/status") == "started",
          {"/status", "the job's first event, started", shown(heard.front())});
  for (watcher* w : {&never, &left, &elsewhere}) {
    t.settle(*w);
    auto const came = w->heard();
    t.check("FU-R2", came.empty(),
            {"", w == &left ? "no event after leaving" : "no event without joining",
             came.empty() ? "" : shown(came[0])});
  }
}

/** Leaving in the middle of a job: nothing comes behind the proof that the leave has been taken in. */
void left_in_the_middle(trial& t) {
  std::string const id = t.chooses_ids() ? t.fresh_id() : std::string();
  watcher& owner = t.admitted("alice");
  watcher& left = t.admitted("bob");
  for (watcher* w : {&owner, &left})
    if (!id.empty()) {
      w->subscribe(id);
      t.settle(*w);
    }
  std::string const job = t.start_job(sample_kind::slow, "alice", id);
  if (id.empty())
    for (watcher* w : {&owner, &left}) w->subscribe(job);
  t.until([&] { return left.heard_of(job).size() >= 2 || left.heard_end_of(job); });
  if (left.heard_end_of(job)) t.give_up("the slow job was over before one could leave it");
  left.unsubscribe(job);
  t.settle(left);
  std::size_t const before = left.heard_of(job).size();
  wait_for_end(t, "FU-R2", owner, job);
  t.settle(left);
  auto const came = left.heard_of(job);
  t.check("FU-R2", came.size() == before,
          {"", "no event after leaving", came.size() == before ? "" : shown(came[before])});
  t.check("FU-R1", owner.heard_of(job).size() > before,
          {"", "more events for who stays", std::to_string(owner.heard_of(job).size())});
}

std::string_view joining_clause(trial const& t) {
  return t.info().clauses == "BU" ? "BU-R1" : t.info().clauses == "FU" ? "FU-R1" : "CE-R1";
}

/** Who loses the connection in the middle of a job and comes back hears its one end. */
void reconnect(trial& t) {
  std::string_view const clause = joining_clause(t);
  std::string const id = t.chooses_ids() ? t.fresh_id() : std::string();
  watcher& steady = t.admitted("alice");
  watcher& first = t.admitted("alice");
  for (watcher* w : {&steady, &first})
    if (!id.empty()) {
      w->subscribe(id);
      t.settle(*w);
    }
  std::string job = t.start_job(sample_kind::slow, "alice", id);
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
  std::string const end = shown(job.events.back());
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
  std::string const id = t.chooses_ids() ? t.fresh_id() : std::string();
  watcher& owner = t.admitted("alice");
  if (!id.empty()) {
    owner.subscribe(id);
    t.settle(owner);
  }
  std::string const job = t.start_job(sample_kind::slow, "alice", id);
  if (id.empty()) owner.subscribe(job);
  t.until([&] { return owner.heard_of(job).size() >= 3 || owner.heard_end_of(job); });
  watcher& late = t.admitted("alice");
  late.subscribe(job);
  t.until([&] { return owner.heard_end_of(job) || owner.over(); });
  wait_for_end(t, "CO-10", late, job);
  t.settle(late);
  auto const whole = shown(owner.heard_of(job));
  auto came = shown(late.heard_of(job));
  auto const place = std::ranges::find(whole, came.front());
  t.check_as(asked, "CO-10", place != whole.end(),
             {"", "the job's latest event as it was sent", came.front()});
  came.erase(std::unique(came.begin(), came.end()),
             came.end());  // the snapshot, where the user room had it too
  bool const follows = std::ranges::equal(std::ranges::subrange(place, whole.end()), came);
  t.check_as(
      asked, "CO-10", follows,
      {"", "every event behind the snapshot, once and in order",
       std::to_string(came.size()) + " events, where " + std::to_string(whole.end() - place) + " were due"});
}

/** A job that nobody has made yet may be subscribed to, and is the other user's all the same when it comes.
 */
void not_yet_made(trial& t) {
  watcher& owner = t.admitted("alice");
  watcher& other = t.admitted("bob");
  event_face const& subscribe = *t.face().client_event(client_action::subscribe);
  boost::json::value const early = ask(t, other, subscribe, request_for(subscribe, "job-1732530000000-77"));
  std::string const code = text_at(early, "/error/code");
  t.check("BU-R6", code != "forbidden",
          {"/error/code", "not forbidden for a job that nobody has made", serialize(early)});
  std::string const job = t.start_job();
  other.subscribe(job);
  wait_for_end(t, "BU-R6", owner, job);
  t.settle(other);
  t.check("BU-R6", other.heard().empty(),
          {"", "no event of another's job", other.heard().empty() ? "" : shown(other.heard()[0])});
}

/** FU-R3, R4. */
void ping(trial& t) {
  watcher& asks = t.admitted("alice");
  watcher& other = t.admitted("bob");
  asks.socketio().emit("ping", {});
  t.until([&] { return !asks.heard().empty() || asks.over(); });
  t.settle(asks);
  t.settle(other);
  auto const came = asks.heard();
  t.require("FU-R3", came.size() == 1 && came[0].name == "pong",
            {"", "one event pong", came.empty() ? "nothing" : shown(came[0])});
  t.check("FU-R3", other.heard().empty(), {"", "pong to the sender alone", "an event to another client"});
  judgement found;
  judge_event(found, t.face(), came[0]);
  t.check("FU-R4", !text_at(came[0].payload, "/timestamp").empty(),
          {"/timestamp", "an ISO 8601 time", serialize(came[0].payload)});
  t.adopt(found, "CO-3");
  for (int i = 0; i != 3; ++i) asks.socketio().emit("ping", {boost::json::object{{"n", i}}});
  t.until([&] { return asks.heard().size() >= 4 || asks.over(); });
  t.check("FU-R3", asks.heard().size() == 4,
          {"", "a pong for each ping", std::to_string(asks.heard().size()) + " of 4"});
}

/** What was missed in a short cut comes after it, where the server offers that (CO-11). */
void recovery(trial& t) {
  std::string const id = t.chooses_ids() ? t.fresh_id() : std::string();
  watcher& steady = t.admitted("alice");
  watcher& first = t.admitted("alice");
  std::string const pid = text_at(*first.socketio().connected(), "/pid");
  if (pid.empty()) t.skip("the server offers no recovery: its answer to CONNECT has no pid");
  for (watcher* w : {&steady, &first})
    if (!id.empty()) {
      w->subscribe(id);
      t.settle(*w);
    }
  std::string const job = t.start_job(sample_kind::slow, "alice", id);
  t.until([&] { return !first.socketio().events().empty() || first.over(); });
  if (first.socketio().events().empty()) t.give_up("no event came before the cut");
  std::string offset;
  std::size_t const had = first.heard_of(job).size();
  for (auto const& e : first.socketio().events())
    if (e.arguments.size() > 1 && e.arguments.back().is_string())
      offset = std::string(e.arguments.back().as_string());
  first.cut();
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
  bool const holds =
      std::ranges::equal(std::ranges::subrange(all.begin() + std::ptrdiff_t(had), all.end()), missed);
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

void add_for_jobs(case_list& all, protocol_face const& face) {
  bool const bulk = face.info->clauses == "BU";
  std::string const ack = bulk ? "BU-R7" : "FU-R5";
  for (line const& one :
       std::initializer_list<line>{{"rooms/acknowledgements",
                                    "An acknowledgement that is asked for says ok, or which error.",
                                    {ack},
                                    acknowledgements},
                                   {"rooms/no-unasked-acknowledgement",
                                    "Without an ack request nothing is sent back.",
                                    {ack},
                                    no_unasked_acknowledgement},
                                   {"listening/late",
                                    "Who subscribes after the end gets the end once, alone.",
                                    {"CO-10"},
                                    late_subscriber},
                                   {"listening/late-in-the-middle",
                                    "Who subscribes in the middle gets the snapshot first.",
                                    {"CO-10"},
                                    late_in_the_middle}})
    add(all, face, one);
}

}  // namespace

void add_room_cases(case_list& all) {
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
    if (!face.client_events.empty()) add_for_jobs(all, face);
  }
  auto const& bulk = *find_protocol("bulk_upload");
  add(all, bulk,
      {"rooms/owner", "The owner hears all jobs without subscribing.", {"BU-R1"}, owner_without_subscribing});
  add(all, bulk,
      {"rooms/subscribe",
       "Subscribing and unsubscribing take nothing away from the owner.",
       {"BU-R2", "BU-R3"},
       subscribe_and_unsubscribe});
  add(all, bulk,
      {"rooms/once", "A socket in both rooms gets each event once.", {"BU-R5"}, once_in_both_rooms});
  add(all, bulk,
      {"rooms/not-yet-made",
       "A subscription before the job is made gives no right to it.",
       {"BU-R6"},
       not_yet_made});
  auto const& files = *find_protocol("file_upload");
  add(all, files,
      {"rooms/join-and-leave",
       "A job's events go to who has joined, and to nobody else.",
       {"FU-R1", "FU-R2"},
       joined_and_left});
  add(all, files,
      {"rooms/leave-in-the-middle",
       "Who leaves in the middle of a job hears no more.",
       {"FU-R2", "FU-R1"},
       left_in_the_middle});
  add(all, files, {"ping", "ping is answered to its sender by pong.", {"FU-R3", "FU-R4", "CO-3"}, ping});
}

}  // namespace uploadproto::conformance
