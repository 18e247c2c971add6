// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// What comes of a job's events at the client, whatever they are: one bar that rises and one end.
#include <boost/json/serialize.hpp>

#include "client/client_cases.hpp"

namespace uploadproto::conformance {
namespace {

constexpr std::string_view tolerant = "CO-12", ignoring = "CO-1";
constexpr std::size_t huge = 600'000;

void good_job(client_trial& t) {
  client_link& link = t.follower();
  t.tell(link, t.job().progress());
  t.end_well(link);
  t.until([&] { return t.gone(); });  // whatever it still says
  t.check_story(tolerant);
}

void failed_job(client_trial& t) {
  client_link& link = t.follower();
  auto steps = t.job().progress();
  if (!t.job().composed()) steps.resize(steps.size() / 2);
  t.tell(link, steps);
  t.end_badly(link, "The disk is full");
  t.check_story(tolerant, "failed");
}

void late_job(client_trial& t) {
  t.behaviour().job_known = false;
  client_link& link = t.follower();
  t.tell(link, t.job().progress());
  t.behaviour().job_known = true;
  t.end_well(link);
  t.check_story(tolerant);
}

void ended_job(client_trial& t) {
  t.end_well(t.follower());
  auto const ends = t.shown().of("end");
  t.check(tolerant, ends.size() == 1 && ends.front()->text("result") == "completed",
          {"", "the end of a job that had ended before it was asked for", t.what_it_does()});
}

void duplicates(client_trial& t) {
  client_link& link = t.follower();
  for (told_event const& event : t.job().progress()) t.tell(link, {event, event});
  t.await_bar();
  t.tell(link, t.job().completed());
  t.end_well(link);
  t.until([&] { return t.gone() || link.ended(); });
  t.check_story(tolerant);
}

void backwards(client_trial& t) {
  client_link& link = t.follower();
  auto const steps = t.job().progress();
  std::size_t const half = steps.size() / 2;
  t.tell(link, {steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(half)});
  t.await_bar();
  t.tell(link, {steps[half / 2], steps[0], steps[1]});
  t.tell(link, {steps.begin() + static_cast<std::ptrdiff_t>(half), steps.end()});
  t.end_well(link);
  t.check_story(tolerant);
}

/** Jobs of the same user, whose events the client gets as well. */
void other_jobs(client_trial& t) {
  client_link& link = t.follower();
  job_script const other(t.face(), t.job().id() + "9");
  auto const own = t.job().progress(), others = other.progress();
  link.tell(others.back());
  t.tell(link, own.front());
  t.await_bar();
  t.require(tolerant, t.shown().highest() <= 0,
            {"", "a bar at the beginning of its own job", t.what_it_does()});
  link.tell(other.completed());
  t.tell(link, own);
  t.until([&] { return t.shown().highest() > 0 || t.finished(); });
  t.require(tolerant, !t.finished(),
            {"", "a client that waits for the end of its own job", t.what_it_does()});
  t.end_well(link);
  t.check_story(tolerant);
}

void add_unknown(told_event& event) {
  auto& payload = event.payload.as_object();
  payload["x_new"] = {{"deep", {1, 2.5, nullptr, {{"deeper", true}}}}, {"progress", 0}};
  payload["x_nothing"] = nullptr;
  payload["x_text"] = "\u00e9\u4e16\u754c";
}

void unknown_members(client_trial& t) {
  client_link& link = t.follower();
  for (told_event event : t.job().progress()) {
    add_unknown(event);
    t.tell(link, event);
  }
  told_event last = t.job().completed();
  add_unknown(last);
  t.await_bar();
  t.tell(link, last);
  t.until([&] { return t.finished(); });
  t.check_story(ignoring);
}

void unknown_events(client_trial& t) {
  client_link& link = t.follower();
  for (told_event const& event : t.job().progress()) {
    link.emit("x-something-new", {event.payload});
    link.emit("x-nothing", {});
    t.tell(link, event);
  }
  t.end_well(link);
  t.check_story(ignoring);
}

void huge_message(client_trial& t) {
  client_link& link = t.follower();
  auto const most = t.info().limits.max_outbound_bytes;
  for (told_event event : t.job().progress()) {
    std::size_t const plain = serialize(event.payload).size() + sizeof R"(,"x_long":"")" - 1;
    std::size_t const size = !most ? huge : plain < *most ? *most - plain : 0;
    event.payload.as_object()["x_long"] = std::string(size, 'x');
    t.tell(link, event);
  }
  t.end_well(link);
  t.check_story(ignoring);
}

/** The payloads that no event has, in the event's own name. */
void send_nonsense(client_trial const& t, client_link& link, told_event const& event) {
  boost::json::object nothing_in_it;
  for (auto const& member : event.payload.as_object()) nothing_in_it[member.key()] = nullptr;
  boost::json::array const nonsense{
      nullptr, 7, "text", true, boost::json::array{}, boost::json::object{}, nothing_in_it};
  event_face const& table = *t.face().server_event(event.name);
  for (boost::json::value const& payload : nonsense)
    if (!table.check(payload).empty()) link.tell({event.name, payload});
  bool const named = t.info().framing == contract::framing::socketio;
  if (!named) link.send("{no JSON");
  if (named && !table.check(boost::json::object{}).empty()) link.emit(event.name, {});
}

void null_payloads(client_trial& t) {
  client_link& link = t.follower();
  auto const steps = t.job().progress();
  t.tell(link, steps.front());
  send_nonsense(t, link, steps.back());
  send_nonsense(t, link, t.job().completed());
  t.tell(link, steps);
  t.until([&] { return t.shown().highest() > 0 || t.finished(); });
  t.require(tolerant, !t.finished(), {"", "a client that waits for the job's end", t.what_it_does()});
  t.end_well(link);
  t.check_story(tolerant);
}

void failures_count(client_trial& t) {
  client_link& link = t.follower();
  t.tell(link, {t.job().part_received(0), t.job().part_started(0), t.job().part_ended(0, "Row 3: no price")});
  bool const counted = t.until([&] { return t.shown().highest() > 0 || t.finished(); });
  t.check("CE-C1", counted && t.shown().highest() > 0,
          {"", "a bar on which the batch that failed counts as finished", t.what_it_does()});
}

void new_batches(client_trial& t) {
  client_link& link = t.follower();
  t.tell(link, {t.job().part_received(0), t.job().part_started(0), t.job().part_ended(0)});
  t.until([&] { return t.shown().highest() > 0 || t.finished(); });
  for (std::size_t i = 1; i != t.job().parts(); ++i) t.tell(link, t.job().part_received(i));
  for (std::size_t i = 1; i + 1 != t.job().parts(); ++i)
    t.tell(link, {t.job().part_started(i), t.job().part_ended(i)});
  t.end_well(link);
  t.check_story("CE-C1");
}

}  // namespace

void add_story_cases(client_case_list& all, protocol_face const& face) {
  auto const add = [&](std::string_view name, std::string_view title, std::string_view clause,
                       void (*run)(client_trial&)) {
    add_client_case(all, face, name, title, {clause}, run);
  };
  bool const composed = !face.info->rest.parts.pointer.empty();
  add("job/good", "A job goes well: one bar that rises, and one end.", tolerant, good_job);
  add("job/failed", "A job fails: its bar stays, and one end says so.", tolerant, failed_job);
  if (!composed) {
    add("job/late", "A job that is followed before it exists is shown once it does.", tolerant, late_job);
    add("job/ended", "A job that has ended, whose end is told at once, has one end.", tolerant, ended_job);
  }
  if (!face.info->user_room.empty())
    add("job/others", "Other jobs of the same user do not show on this one's bar.", tolerant, other_jobs);
  add("events/duplicates", "Every event comes twice, the last three times: one bar, one end.", tolerant,
      duplicates);
  add("events/backwards", "Events that have come before come again: the bar does not go back.", tolerant,
      backwards);
  add("events/unknown-members", "Members that nobody knows are ignored.", ignoring, unknown_members);
  if (face.info->framing == contract::framing::socketio)
    add("events/unknown-events", "Events that nobody knows are ignored.", ignoring, unknown_events);
  add("events/huge", "Events as long as the protocol allows are shown like others.", ignoring, huge_message);
  add("events/nonsense", "Null and malformed payloads are ignored, and what follows is shown.", tolerant,
      null_payloads);
  if (composed) {
    add("batches/failures-count", "A batch that failed counts as finished.", "CE-C1", failures_count);
    add("batches/new-ones", "The bar does not go back when batches are announced.", "CE-C1", new_batches);
  }
}

}  // namespace uploadproto::conformance
