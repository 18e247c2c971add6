// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Subscribing and leaving, as far as others or the acknowledgement show it.
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <uploadproto/contract/samples.hpp>

#include "cases/all_cases.hpp"
#include "cases/answers.hpp"
#include "cases/case_prefix.hpp"
#include "cases/listeners.hpp"

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
  std::string const job = t.start_job();
  auto const expect = [&](boost::json::value const& came, bool ok, std::string_view code,
                          std::string const& what) {
    std::string const text = serialize(came);
    t.check_as(asked, clause, at(came, "/ok") == ok, {"/ok", (ok ? "true for " : "false for ") + what, text});
    if (ok)
      t.check_as(asked, clause, text_at(came, "/job_id") == job, {"/job_id", job, text});
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
  watcher& owner = t.admitted("alice");
  watcher& left = t.admitted("bob");
  std::string const job = job_for(t, {&owner, &left}, sample_kind::slow);
  t.until([&] { return left.heard_of(job).size() >= 2 || left.heard_end_of(job); });
  if (left.heard_end_of(job)) t.give_up("the slow job was over before one could leave it");
  left.unsubscribe(job);
  t.settle(left);
  end_soon(t, job);
  std::size_t const before = left.heard_of(job).size();
  wait_for_end(t, "FU-R2", owner, job);
  t.settle(left);
  auto const came = left.heard_of(job);
  t.check("FU-R2", came.size() == before,
          {"", "no event after leaving", came.size() == before ? "" : shown(came[before])});
  t.check("FU-R1", owner.heard_of(job).size() > before,
          {"", "more events for who stays", std::to_string(owner.heard_of(job).size())});
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

void add_room_cases(case_list& all) {
  for (std::string_view name : {"bulk_upload", "file_upload"}) {
    protocol_face const& face = *find_protocol(name);
    std::string const ack = face.info->clauses == "BU" ? "BU-R7" : "FU-R5";
    add(all, face,
        {"rooms/acknowledgements",
         "An acknowledgement that is asked for says ok, or which error.",
         {ack},
         acknowledgements});
    add(all, face,
        {"rooms/no-unasked-acknowledgement",
         "Without an ack request nothing is sent back.",
         {ack},
         no_unasked_acknowledgement});
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
