// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Watching a batch: the greeting, late and many watchers, reconnection, the end, and messages that are none.
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <set>
#include <uploadproto/contract/rest.hpp>

#include "cases/batch_moves.hpp"

namespace uploadproto::conformance {
namespace {

using contract::event_kind;

std::string shown(observed_event const& e) {
  return serialize(e.payload);
}

bool has(observed_event const& e, std::string_view member, boost::json::value const& value) {
  auto const* object = e.payload.if_object();
  auto const* found = object ? object->if_contains(member) : nullptr;
  return found && *found == value;
}

void greeting(trial& t) {
  std::string const batch = t.fresh_id();
  watcher& w = t.admitted("alice", batch);
  t.settle(w);
  auto const heard = w.heard();
  t.require("UP-E3", !heard.empty(), {"", "a message of status connected", "none"});
  observed_event const& first = heard.front();
  t.check("UP-E3", has(first, "status", "connected"), {"/status", "\"connected\"", shown(first)});
  auto const progress = t.face().server_event("")->number(first.payload, contract::role::progress);
  t.check("UP-E3", progress == 0.0, {"/progress", "0", shown(first)});
  t.check("UP-E3", has(first, "batch_id", boost::json::string_view(batch)),
          {"/batch_id", batch, shown(first)});
  judgement shape;
  judge_event(shape, t.face(), first);
  t.adopt(shape, "UP-E1");
}

/** Judges what one watcher heard of a job by the clauses that the case names. */
void judge_heard(trial& t, watcher const& w, std::string_view batch, hearing how,
                 std::initializer_list<std::string_view> clauses) {
  judgement found;
  judge_job(found, t.face(), w.heard_of(batch), how);
  for (std::string_view clause : clauses) t.adopt(found, clause);
}

/** Ends a long batch where the server can; else it ends by itself. */
void end_soon(trial& t, std::string_view batch) {
  request_recipe const& recipe = t.side().cancel;
  if (recipe.path.empty() || t.side().lacks.contains("cancel")) return;
  http_call call;
  call.method = recipe.method;
  call.url = t.rest_url(contract::path_for(recipe.path, batch));
  call.headers = recipe.headers;
  t.request(t.with_token(std::move(call), t.token()));
}

void late_watcher(trial& t) {
  std::string const batch = t.fresh_id();
  watcher& owner = t.admitted("alice", batch);
  t.start_job(sample_kind::slow, "alice", batch);
  t.until([&] { return owner.heard_of(batch).size() >= 2 || owner.over(); });
  watcher& late = t.admitted("alice", batch);
  t.settle(late);
  bool const ended = owner.heard_end_of(batch);
  auto const at_once = late.heard_of(batch);
  t.check("CO-10", !at_once.empty(), {"", "the latest message of the running batch, at once", "none"});
  end_soon(t, batch);
  t.until([&] { return late.heard_end_of(batch) || late.over(); });
  if (ended) return;  // it had come too late to show anything else
  judge_heard(t, late, batch, {.from_the_start = false}, {"CO-6", "CO-7"});
}

void after_the_end(trial& t) {
  followed_job const job = t.follow();
  t.require("CO-7", job.owner->heard_end_of(job.id), {"", "a terminal message", job.owner->summary()});
  watcher& late = t.admitted("alice", job.id);
  t.settle(late);
  auto const again = late.heard_of(job.id);
  t.check("CO-10", again.size() == 1,
          {"", "the terminal message once more, once", std::to_string(again.size())});
  if (!again.empty())
    t.check("CO-10", again.front().payload == job.last().payload,
            {"", "the same message, its timestamp too: " + shown(job.last()), shown(again.front())});
  t.settle(*job.owner);
  t.check("CO-7", job.owner->heard_of(job.id).size() == job.events.size(),
          {"", "nothing more for who has heard the end", "a repetition, since another came late"});
}

/** The payloads of one watcher as texts. */
/** Without timestamps: a message may be stamped as it is sent to each. */
std::vector<std::string> texts_of(trial& t, watcher const& w, std::string_view batch) {
  std::vector<std::string> out;
  for (observed_event e : w.heard_of(batch)) {
    event_face const* face = t.face().server_event(e.name);
    if (auto const* stamp = face->record->find(contract::role::timestamp); stamp && e.payload.is_object())
      e.payload.as_object().erase(stamp->name);
    out.push_back(shown(e));
  }
  return out;
}

std::vector<std::string> only(std::vector<std::string> from, std::vector<std::string> const& these) {
  std::set<std::string_view> const wanted(these.begin(), these.end());
  std::erase_if(from, [&](std::string const& text) { return !wanted.contains(text); });
  return from;
}

/** What both heard they heard in one order; a slow one may have been spared some progress (UP-N2). */
void check_same_order(trial& t, std::string_view clause, watcher const& a, watcher const& b,
                      std::string_view batch) {
  auto const of_a = texts_of(t, a, batch), of_b = texts_of(t, b, batch);
  t.check(clause, only(of_a, of_b) == only(of_b, of_a),
          {"", "the same messages in the same order for every watcher",
           "another order for one of them of batch " + std::string(batch)});
  bool const same_end = !of_a.empty() && !of_b.empty() && of_a.back() == of_b.back();
  t.check("CO-7", same_end,
          {"", "the same end for every watcher: " + (of_a.empty() ? "" : of_a.back()),
           of_b.empty() ? "nothing" : of_b.back()});
}

/** A user's batch with as many watchers as he may have. */
struct watched_batch {
  std::string user, id;
  std::vector<watcher*> watchers;
};

watched_batch watch(trial& t, std::string user, std::size_t watchers) {
  watched_batch made{std::move(user), t.fresh_id(), {}};
  for (std::size_t i = 0; i != watchers; ++i) made.watchers.push_back(&t.admitted(made.user, made.id));
  return made;
}

void await_ends(trial& t, watched_batch const& b) {
  t.until([&] {
    return std::ranges::all_of(b.watchers, [&](watcher* w) { return w->heard_end_of(b.id) || w->over(); });
  });
  for (watcher* w : b.watchers) t.settle(*w);
}

void five_watchers(trial& t) {
  watched_batch const b = watch(t, "alice", t.info().limits.max_connections_per_user.value());
  t.start_job(sample_kind::good, b.user, b.id);
  await_ends(t, b);
  for (watcher* w : b.watchers) {
    check_same_order(t, "UP-L1", *b.watchers.front(), *w, b.id);
    judge_heard(t, *w, b.id, {}, {"UP-L1", "CO-6", "CO-7"});
  }
}

/** Fifty watchers, ten batches at the same moment. */
void crowd(trial& t) {
  t.needs_secret();
  std::vector<watched_batch> all;
  for (int i = 0; i != 10; ++i)
    all.push_back(watch(t, "user" + std::to_string(i), t.info().limits.max_connections_per_user.value()));
  std::vector<std::shared_ptr<http_reply const>> replies;
  for (watched_batch const& b : all) replies.push_back(t.begin(t.job_call(sample_kind::good, b.user, b.id)));
  t.until([&] { return std::ranges::all_of(replies, [](auto const& r) { return r->done; }); });
  for (watched_batch const& b : all) {
    await_ends(t, b);
    for (watcher* w : b.watchers) {
      check_same_order(t, "UP-L1", *b.watchers.front(), *w, b.id);
      judge_heard(t, *w, b.id, {}, {"UP-L1", "CO-6", "CO-7"});
      auto const heard = w->heard();
      bool const own =
          std::ranges::all_of(heard, [&](observed_event const& e) { return job_of(t.face(), e) == b.id; });
      t.check("UP-A5", own, {"/batch_id", "messages of the watcher's own batch alone", "another batch's"});
    }
  }
}

void reconnect(trial& t) {
  std::string const batch = t.fresh_id();
  watcher& first = t.admitted("alice", batch);
  t.start_job(sample_kind::slow, "alice", batch);
  t.until([&] { return !first.heard_of(batch).empty() || first.over(); });
  first.cut();
  watcher& second = t.admitted("alice", batch);
  t.settle(second);
  end_soon(t, batch);
  t.until([&] { return second.heard_end_of(batch) || second.over(); });
  t.settle(second);
  t.require("CO-7", second.heard_end_of(batch),
            {"", "the terminal message for who comes back with a fresh ticket", second.summary()});
  judge_heard(t, second, batch, {.from_the_start = false}, {"CO-6", "CO-7"});
}

void ends_once(trial& t, sample_kind kind, std::string_view status) {
  followed_job const job = t.follow(kind);
  t.require("UP-L2", !job.events.empty(), {"", "messages of the batch", job.owner->summary()});
  observed_event const& last = job.last();
  t.check("UP-L2", has(last, "status", boost::json::string_view(status)),
          {"/status", "\"" + std::string(status) + "\" at the end", shown(last)});
  auto const ends = std::ranges::count_if(
      job.events, [&](observed_event const& e) { return contract::is_terminal(kind_of(t.face(), e)); });
  t.check("UP-L2", ends == 1, {"", "one terminal message", std::to_string(ends)});
  if (status == "completed") {
    t.check("UP-L2", has(last, "stage", "categorization"), {"/stage", "\"categorization\"", shown(last)});
    auto const progress = t.face().server_event("")->number(last.payload, contract::role::progress);
    t.check("UP-L2", progress == 100.0, {"/progress", "100", shown(last)});
  } else if (job.events.size() > 1) {
    auto const& event = *t.face().server_event("");
    observed_event const& before = job.events[job.events.size() - 2];
    t.check(
        "UP-L2", event.stage(last.payload) == event.stage(before.payload),
        {"/stage", "the stage where it stopped: " + std::string(event.stage(before.payload)), shown(last)});
  }
}

void completes(trial& t) {
  ends_once(t, sample_kind::good, "completed");
}
void fails(trial& t) {
  ends_once(t, sample_kind::failing, "error");
}

void server_closes(trial& t) {
  followed_job const job = t.follow();
  websocket_probe& p = job.owner->websocket();
  auto const is_over = [&] { return job.owner->over(); };
  t.wire().until(is_over, std::chrono::seconds(31));
  t.check("UP-L6", p.close_code() == 1000,
          {"", "close code 1000 within 30 s after the terminal message", p.summary()});
}

void client_closes(trial& t) {
  followed_job const job = t.follow();
  websocket_probe& p = job.owner->websocket();
  p.close(1000);
  ends(t, p);
  t.check("UP-L6", p.close_code() == 1000, {"", "close code 1000 in answer to the client's", p.summary()});
}

// Messages that no client should send (CO-8).

void strange_messages(trial& t) {
  watched_batch const neighbour = watch(t, "bob", 1);
  websocket_probe& same_user = knock(t, "alice", t.fresh_id());
  std::vector<std::string> const texts{"",
                                       "null",
                                       "[]",
                                       "{",
                                       R"({"type":null})",
                                       R"({"type":["ping"]})",
                                       R"({"type":"subscribe","batch_id":null})",
                                       std::string(1000, '['),
                                       "PING"};
  websocket_probe& p = approach(t, "alice", t.fresh_id(), t.ticket());
  t.until([&] { return p.now() != websocket_probe::state::connecting; });
  require_in(t, "CO-8", p, "a client");
  for (std::string const& text : texts) p.send(text);
  t.check("CO-8", answers(t, p) || !is_in(p),
          {"", "messages without a meaning that are ignored, or end the connection", p.summary()});
  check_undisturbed(t, "CO-8", same_user, "messages without a meaning");
  t.start_job(sample_kind::good, neighbour.user, neighbour.id);
  await_ends(t, neighbour);
  t.check("CO-8", neighbour.watchers.front()->heard_end_of(neighbour.id),
          {"", "another user's batch that goes on", neighbour.watchers.front()->summary()});
}

void check_rude(trial& t, std::string text, bool binary, std::string_view what) {
  websocket_probe& neighbour = knock(t, "bob", t.fresh_id());
  websocket_probe& p = knock(t, "alice", t.fresh_id());
  require_in(t, "CO-8", p, "a client");
  p.send(std::move(text), binary);
  t.check("CO-8", answers(t, p) || !is_in(p),
          {"", std::string(what) + " is ignored, or ends the connection", p.summary()});
  check_undisturbed(t, "CO-8", neighbour, what);
}

void binary_messages(trial& t) {
  check_rude(t, "ping", true, "a binary message");
  check_rude(t, std::string(600, '\0'), true, "a binary message of zero bytes");
}

void not_utf8(trial& t) {
  check_rude(t, "{\"type\":\"\xFF\xFE\"}", false, "a text that is no UTF-8");
}

void huge_message(trial& t) {
  check_rude(t, std::string(8 << 20, 'x'), false, "a message of 8 MiB");
}

}  // namespace

void add_watching_cases(case_list& all) {
  add_batch_cases(
      all, {{"watching/greeting", "The first message says connected.", {"UP-E3", "UP-E1"}, greeting},
            {"watching/late",
             "Who comes late hears where a running batch is, and its end.",
             {"CO-10", "CO-6", "CO-7"},
             late_watcher},
            {"watching/after-the-end",
             "Who comes after the end hears it, and he alone.",
             {"CO-10", "CO-7"},
             after_the_end},
            {"watching/five",
             "All watchers of a batch see the same in the same order.",
             {"UP-L1", "CO-6", "CO-7"},
             five_watchers},
            {"watching/fifty",
             "Fifty watchers of ten batches at the same moment each see their own, in order.",
             {"UP-L1", "UP-A5", "CO-6", "CO-7"},
             crowd},
            {"watching/reconnect",
             "Who is cut off and comes back with a fresh ticket hears the end.",
             {"CO-7", "CO-6"},
             reconnect},
            {"end/completed", "A batch that succeeds ends once, at 100.", {"UP-L2"}, completes},
            {"end/error", "A batch that fails ends once, where it stopped.", {"UP-L2"}, fails},
            {"end/server-closes", "The server closes with 1000 after the end.", {"UP-L6"}, server_closes},
            {"end/client-closes", "It answers a client that closes after the end.", {"UP-L6"}, client_closes},
            {"messages/strange", "Messages without a meaning disturb nobody.", {"CO-8"}, strange_messages},
            {"messages/binary", "Binary messages disturb nobody.", {"CO-8"}, binary_messages},
            {"messages/not-utf8", "Texts that are no UTF-8 disturb nobody.", {"CO-8"}, not_utf8},
            {"messages/huge", "A message of 8 MiB disturbs nobody.", {"CO-8"}, huge_message}});
}

}  // namespace uploadproto::conformance
