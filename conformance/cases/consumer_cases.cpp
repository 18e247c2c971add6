// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// The consumer's broadcast: the greeting, the events of many messages, statistics.
#include <algorithm>
#include <set>
#include <uploadproto/contract/timestamp.hpp>

#include "cases/all_cases.hpp"
#include "cases/answers.hpp"
#include "cases/listeners.hpp"

namespace uploadproto::conformance {
namespace {

std::vector<observed_event> named(watcher const& w, std::string_view name) {
  auto out = w.heard();
  std::erase_if(out, [&](observed_event const& e) { return e.name != name; });
  return out;
}

bool is_stats(observed_event const& e) {
  return e.name == "stats-updated";
}

/** CE-E1: first, once, and to nobody else. */
void greeting(trial& t) {
  watcher& first = t.admitted("first");
  t.settle(first);
  watcher& second = t.admitted("second");
  t.settle(second);
  t.settle(first);
  for (watcher* w : {&first, &second}) {
    auto const heard = w->heard();
    t.require("CE-E1", !heard.empty() && heard[0].name == "connection-success",
              {"", "connection-success before any other event", heard.empty() ? "nothing" : shown(heard[0])});
    auto const greetings = named(*w, "connection-success").size();
    t.check("CE-E1", greetings == 1, {"", "one greeting, its own", std::to_string(greetings)});
    judgement found;
    judge_event(found, t.face(), heard[0]);
    for (breach const& b : found.find("CE-E1")->breaches) t.check("CE-E1", false, b);
  }
}

/** CE-R2: nothing that a client says comes to another, nor back. */
void nothing_rebroadcast(trial& t) {
  watcher& other = t.admitted("other");
  watcher& speaker = t.admitted("speaker");
  std::string const mark = "mark-" + t.uuid();
  for (event_face const& event : t.face().server_events)
    speaker.socketio().emit(event.name, {boost::json::object{{"logId", mark}, {"message", mark}}});
  for (std::string_view name : {"message", "broadcast", "join", "subscribe"})
    speaker.socketio().emit(name, {boost::json::string(mark)});
  std::uint64_t const id = speaker.socketio().emit_for_ack("message", {boost::json::string(mark)});
  t.settle(speaker);
  for (watcher* w : {&speaker, &other}) {
    t.settle(*w);
    for (observed_event const& e : w->heard())
      t.check("CE-R2", shown(e).find(mark) == std::string::npos,
              {"", "nothing that a client has sent", shown(e)});
  }
  t.check("CE-R2", !speaker.socketio().acks().contains(id),
          {"", "no answer to what is ignored", "an acknowledgement"});
  std::string const job = t.start_job();
  wait_for_end(t, "CE-R2", other, job);
  wait_for_end(t, "CE-R2", speaker, job);
}

/** Twenty messages at once: each goes its own way to its one end. */
void many_messages(trial& t) {
  watcher& w = t.admitted();
  std::vector<std::string> ids;
  for (int i = 0; i != 20; ++i) ids.push_back(t.start_job());
  t.until([&] {
    return w.over() || std::ranges::all_of(ids, [&](std::string const& id) { return w.heard_end_of(id); });
  });
  t.settle(w);
  for (std::string const& id : ids) {
    auto const events = w.heard_of(id);
    std::vector<std::string> names;
    for (observed_event const& e : events) names.push_back(e.name);
    bool const good =
        names == std::vector<std::string>{"message-received", "processing-started", "processing-completed"};
    std::string came;
    for (std::string const& name : names) came += (came.empty() ? "" : ", ") + name;
    for (std::string_view clause : {"CE-L1", "CE-L2"})
      t.check(clause, good,
              {"", "received, started, completed, once each for " + id, came.empty() ? "nothing" : came});
  }
  t.check("CE-L1", std::set<std::string>(ids.begin(), ids.end()).size() == ids.size(),
          {"", "a logId of its own for each message", "one twice"});
}

/** CE-E6: not asked of anybody; where it comes, it has its shape, and the reference server keeps its pace. */
void stats(trial& t) {
  watcher& w = t.admitted();
  wait_for_end(t, "CE-E6", w, t.start_job());
  if (t.whole().reference) {
    t.until([&] { return std::ranges::any_of(w.heard(), is_stats); });
    wait_for_end(t, "CE-E6", w, t.start_job());
    t.until([&] { return named(w, "stats-updated").size() >= 2; });
  }
  auto const came = named(w, "stats-updated");
  if (came.empty() && !t.whole().reference) t.skip("the server sends no stats-updated");
  t.check_as(promised(t), "CE-E6", came.size() >= 2,
             {"", "stats-updated after each change", std::to_string(came.size())});
  std::optional<contract::timestamp_ms> last;
  for (observed_event const& e : came) {
    auto const time = contract::parse_timestamp(text_at(e.payload, "/timestamp"));
    t.check_as(promised(t, level::should), "CE-E6", time.has_value(),
               {"/timestamp", "an ISO 8601 time", shown(e)});
    for (std::string_view count : {"/received", "/processing", "/completed", "/failed"})
      t.check_as(promised(t), "CE-E6", at(e.payload, count).is_number(),
                 {std::string(count), "a number", shown(e)});
    if (time && last)
      t.check_as(promised(t), "CE-E6", *time - *last >= std::chrono::milliseconds(990),
                 {"/timestamp", "at most one a second", shown(e)});
    if (time) last = *time;
  }
}

struct line {
  std::string_view name, title;
  std::vector<std::string> clauses;
  void (*run)(trial&);
};

}  // namespace

void add_consumer_cases(case_list& all) {
  for (line const& one : std::initializer_list<line>{
           {"greeting", "Each client is greeted first, once, and alone.", {"CE-E1"}, greeting},
           {"broadcast/not-from-clients",
            "What a client sends goes to nobody.",
            {"CE-R2"},
            nothing_rebroadcast},
           {"life/many-messages", "Twenty messages come to one end each.", {"CE-L1", "CE-L2"}, many_messages},
           {"life/order-of-failure",
            "A batch that fails is received, started, failed.",
            {"CE-L1"},
            [](trial& t) { t.adopt(t.observed(sample_kind::failing), "CE-L1"); }},
           {"stats", "stats-updated has its members and its pace.", {"CE-E6"}, stats}})
    all.push_back({.id = "ce/" + std::string(one.name),
                   .title = std::string(one.title),
                   .protocol = "consumer_events",
                   .clauses = one.clauses,
                   .run = one.run});
}

}  // namespace uploadproto::conformance
