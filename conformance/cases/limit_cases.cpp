// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// The limits of upload progress, on both sides of each edge, and its signs of life.
#include <algorithm>
#include <boost/json/parse.hpp>
#include <set>
#include <uploadproto/contract/timestamp.hpp>

#include "cases/batch_moves.hpp"

namespace uploadproto::conformance {
namespace {

std::size_t most(std::optional<std::size_t> limit) {
  return limit.value();
}

// Connections (UP-N1).

std::vector<websocket_probe*> fill(trial& t, std::string_view who, std::size_t connections) {
  std::vector<websocket_probe*> all;
  for (std::size_t i = 0; i != connections; ++i) {
    all.push_back(&knock(t, who, t.fresh_id()));
    require_in(t, "UP-N1", *all.back(), "connection " + std::to_string(i + 1) + " of a user");
  }
  return all;
}

void five_connections(trial& t) {
  auto const five = fill(t, "alice", most(t.info().limits.max_connections_per_user));
  websocket_probe const& sixth = knock(t, "alice", t.fresh_id());
  t.check("UP-N1", is_one_too_many(sixth),
          {"", "the sixth is refused: status 429, 403 or 503, or close code 1008 or 1013", sixth.summary()});
  for (websocket_probe* p : five) check_undisturbed(t, "UP-N1", *p, "the sixth");
  require_in(t, "UP-N1", knock(t, "bob", t.fresh_id()), "another user");
}

/** Comes again and again until the server has seen that there is room. */
bool gets_in(trial& t, std::string_view who) {
  auto const deadline = clock::now() + t.patience();
  while (clock::now() < deadline)
    if (is_in(knock(t, who, t.fresh_id()))) return true;
  return false;
}

void room_again(trial& t) {
  auto const five = fill(t, "alice", most(t.info().limits.max_connections_per_user));
  five.front()->close();
  ends(t, *five.front());
  t.check("UP-N1", gets_in(t, "alice"),
          {"", "room for another when one has closed", "none within the patience"});
  five.back()->cut();
  t.check("UP-N1", gets_in(t, "alice"),
          {"", "room for another when one was cut", "none within the patience"});
}

void crowd(trial& t) {
  std::size_t const limit = most(t.info().limits.max_connections_per_user);
  std::vector<std::string> tickets;
  for (std::size_t i = 0; i != 2 * limit; ++i) tickets.push_back(t.ticket());
  std::vector<websocket_probe*> all;
  for (std::string const& ticket : tickets) all.push_back(&approach(t, "alice", t.fresh_id(), ticket));
  await_entry(t, all);
  auto const in = std::ranges::count_if(all, [](auto const* p) { return is_in(*p); });
  t.check("UP-N1", in == static_cast<std::ptrdiff_t>(limit),
          {"", "five of ten that come at the same moment", std::to_string(in)});
}

// Messages of clients (UP-N2, UP-N3).

std::size_t texts_in(websocket_probe const& p, std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count(p.received(), text, [](auto const& m) { return std::string_view(m.text); }));
}

/** A connection that has sent nothing. */
websocket_probe& silent(trial& t, std::string_view clause, std::string_view who) {
  websocket_probe& p = approach(t, who, t.fresh_id(), t.ticket(who));
  t.until([&] { return p.now() != websocket_probe::state::connecting; });
  require_in(t, clause, p, who);
  return p;
}

/** Sends so many at once. @return whether all were answered */
bool burst(trial& t, websocket_probe& p, std::size_t messages) {
  std::size_t const before = texts_in(p, t.info().keepalive.answer);
  for (std::size_t i = 0; i != messages; ++i) p.send(std::string(t.info().keepalive.ask));
  t.until([&] { return !is_in(p) || texts_in(p, t.info().keepalive.answer) - before == messages; });
  return is_in(p);
}

void inbound_ten(trial& t) {
  std::size_t const limit = most(t.info().limits.max_inbound_per_second);
  websocket_probe& p = silent(t, "UP-N2", "alice");
  t.check("UP-N2", burst(t, p, limit), {"", "ten messages in a second are taken", p.summary()});
  t.wire().pass(std::chrono::milliseconds(1100));
  t.check("UP-N2", burst(t, p, limit), {"", "ten more in the next second", p.summary()});
}

void inbound_eleventh(trial& t) {
  std::size_t const limit = most(t.info().limits.max_inbound_per_second);
  websocket_probe& same_user = knock(t, "alice", t.fresh_id());
  websocket_probe& neighbour = knock(t, "bob", t.fresh_id());
  websocket_probe& p = silent(t, "UP-N2", "alice");
  for (std::size_t i = 0; i != limit + 1; ++i) p.send(std::string(t.info().keepalive.ask));
  ends(t, p);
  t.check("UP-N2", p.close_code() == 1008,
          {"", "close code 1008 for the 11th message within a second", p.summary()});
  check_undisturbed(t, "UP-N2", same_user, "it");
  check_undisturbed(t, "UP-N2", neighbour, "it");
}

void control_frames_are_free(trial& t) {
  websocket_probe& p = silent(t, "UP-N2", "alice");
  std::size_t constexpr some = 20;
  for (std::size_t i = 0; i != some; ++i) p.ping(std::to_string(i));
  bool const answered = burst(t, p, most(t.info().limits.max_inbound_per_second));
  t.check("UP-N2", answered && p.pongs() == some,
          {"", "20 ping frames that do not count beside ten messages",
           p.summary() + ", " + std::to_string(p.pongs()) + " pong frames"});
}

void control_flood(trial& t) {
  websocket_probe& neighbour = knock(t, "bob", t.fresh_id());
  websocket_probe& p = silent(t, "UP-N2", "alice");
  for (std::size_t i = 0; i != 3000; ++i) p.ping("flood");
  t.check("UP-N2", ends(t, p), {"", "the connection is cut for 3000 ping frames at once", p.summary()});
  check_undisturbed(t, "UP-N2", neighbour, "it");
}

/** A JSON object of so many bytes. */
std::string message_of(std::size_t bytes, std::string_view filling = "x") {
  std::string text = R"({"type":"unknown","pad":")";
  while (text.size() + filling.size() + 2 <= bytes) text += filling;
  text.resize(bytes - 2, 'x');
  return text + "\"}";
}

void size_at_the_limit(trial& t) {
  std::size_t const limit = most(t.info().limits.max_inbound_bytes);
  websocket_probe& p = knock(t, "alice", t.fresh_id());
  require_in(t, "UP-N3", p, "a client");
  for (std::string const& text : {message_of(limit), message_of(limit, "é"), message_of(limit - 1)}) {
    p.send(text);
    check_undisturbed(t, "UP-N3", p, "a message of " + std::to_string(text.size()) + " bytes");
  }
}

void check_too_large(trial& t, std::string text, bool binary = false) {
  websocket_probe& p = knock(t, "alice", t.fresh_id());
  require_in(t, "UP-N3", p, "a client");
  std::string const size = std::to_string(text.size());
  p.send(std::move(text), binary);
  ends(t, p);
  t.check("UP-N3", p.close_code() == 1009,
          {"", "close code 1009 for a message of " + size + " bytes", p.summary()});
}

void size_above_the_limit(trial& t) {
  std::size_t const limit = most(t.info().limits.max_inbound_bytes);
  websocket_probe& neighbour = knock(t, "bob", t.fresh_id());
  check_too_large(t, message_of(limit + 1));
  check_too_large(t, message_of(limit + 2, "é"));  // fewer characters than that
  check_too_large(t, message_of(20 * limit));
  check_too_large(t, std::string(limit + 1, 'p'));
  check_undisturbed(t, "UP-N3", neighbour, "them");
}

// Messages to clients (UP-N2, UP-N3).

/** Milliseconds of an event's own timestamp, where it has one that can be read. */
std::optional<std::chrono::milliseconds> stamp_of(trial& t, observed_event const& e) {
  auto const text = t.face().server_event(e.name)->text(e.payload, contract::role::timestamp);
  auto const parsed = contract::parse_timestamp(text);
  if (!parsed) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::milliseconds>(parsed->time_since_epoch());
}

/** The shortest time in which one more than the limit came. A network may bring late what was sent in time,
   so that what came together must also bear times of the same second. */
std::chrono::milliseconds tightest(trial& t, std::vector<observed_event> const& progress, std::size_t limit) {
  std::chrono::milliseconds least = std::chrono::hours(1);
  for (std::size_t i = 0; i + limit < progress.size(); ++i) {
    observed_event const &first = progress[i], &last = progress[i + limit];
    auto span = std::chrono::duration_cast<std::chrono::milliseconds>(last.when - first.when);
    auto const from = stamp_of(t, first), to = stamp_of(t, last);
    if (from && to) span = std::max(span, *to - *from);
    least = std::min(least, span);
  }
  return least;
}

void outbound_rate(trial& t) {
  followed_job const job = t.follow(sample_kind::slow);
  t.require("UP-N2", job.owner->heard_end_of(job.id), {"", "a terminal message", job.owner->summary()});
  std::vector<observed_event> progress;
  std::set<std::string_view> stages;
  for (observed_event const& e : job.events) {
    if (kind_of(t.face(), e) == contract::event_kind::progress) progress.push_back(e);
    stages.insert(t.face().server_event(e.name)->stage(e.payload));
  }
  std::size_t const limit = most(t.info().limits.max_progress_per_second);
  auto const least = tightest(t, progress, limit);
  t.check("UP-N2", least >= std::chrono::milliseconds(800),
          {"", "no more than 10 progress messages in any second, allowing 200 ms",
           std::to_string(limit + 1) + " in " + std::to_string(least.count()) + " ms"});
  if (kind_of(t.face(), job.last()) == contract::event_kind::completed)
    t.check("UP-N2", stages.size() == t.info().stages.size(),
            {"", "the first message of each stage", std::to_string(stages.size()) + " stages"});
}

/** A failed or a completed job with a name like that: nothing that comes is larger than a message may be. */
void check_sizes(trial& t, std::string name, std::string text) {
  std::string const batch = t.fresh_id();
  watcher& w = t.admitted("alice", batch);
  http_reply const reply =
      t.request(t.upload_call(transactions_of(std::move(text), std::move(name)), "alice", batch));
  boost::json::value const end = await_end(t, w, batch);
  t.check("UP-N3", end.is_object(),
          {"", "an end of the batch, whatever its file is called", reply.summary()});
  for (websocket_probe::message const& m : w.websocket().received())
    t.check("UP-N3", m.text.size() <= most(t.info().limits.max_outbound_bytes),
            {"", "at most 1024 bytes", std::to_string(m.text.size()) + " bytes: " + m.text});
}

void outbound_size(trial& t) {
  std::string const good = "Date,Description,Amount\n2025-11-01,Corner shop,-1.50\n";
  check_sizes(t, std::string(240, 'n') + ".csv", good);
  check_sizes(t, std::string(2000, 'n') + ".csv", good);
  std::string accents;
  while (accents.size() < 240) accents += "é";
  check_sizes(t, accents + ".csv", good);
  std::string header;
  for (int i = 0; i != 20; ++i) header += (i ? "," : "") + std::string(200, 'c') + std::to_string(i);
  check_sizes(t, std::string(240, 'n') + ".csv", header + "\n1,2,3\n");
}

// Signs of life (UP-N4, UP-N5).

void ping_text(trial& t) {
  websocket_probe& p = silent(t, "UP-N5", "alice");
  p.send("ping");
  t.until([&] { return !is_in(p) || texts_in(p, "pong") != 0; });
  t.check("UP-N5", texts_in(p, "pong") == 1, {"", "a text frame pong", p.summary()});
}

bool is_pong(websocket_probe::message const& m) {
  boost::system::error_code bad;
  return boost::json::parse(m.text, bad) == boost::json::value{{"type", "pong"}};
}

void ping_json(trial& t) {
  websocket_probe& p = silent(t, "UP-N5", "alice");
  p.send(R"({"type":"ping"})");
  auto const pongs = [&] { return std::ranges::count_if(p.received(), is_pong); };
  t.until([&] { return !is_in(p) || pongs() != 0; });
  t.check("UP-N5", pongs() == 1, {"/type", R"({"type":"pong"})", p.summary()});
}

void ping_frame(trial& t) {
  websocket_probe& p = silent(t, "UP-N5", "alice");
  for (std::string_view payload : {"", "twelve bytes", "\x01\xFF"}) {
    std::size_t const before = p.pongs();
    p.ping(std::string(payload));
    t.until([&] { return !is_in(p) || p.pongs() > before; });
    t.check(
        "UP-N5", p.pongs() == before + 1 && p.last_pong() == payload,
        {"", "a pong frame with the ping's " + std::to_string(payload.size()) + " bytes (RFC 6455, 5.5.3)",
         p.summary() + ", a pong with " + std::to_string(p.last_pong().size()) + " bytes"});
  }
}

/** Skips what would take longer than the target's user is ready to wait. */
void needs_time(trial& t, std::chrono::milliseconds time, std::string_view setting) {
  if (time <= t.patience()) return;
  t.skip("it takes " + std::to_string(time.count()) +
         " ms, longer than patience_ms; a server with a shorter " + std::string(setting) +
         " names it in the target file");
}

void heartbeat(trial& t) {
  auto const every = t.side().heartbeat.value_or(t.info().limits.heartbeat.value());
  needs_time(t, every + std::chrono::seconds(5), "heartbeat_seconds");
  websocket_probe& p = silent(t, "UP-N4", "alice");
  t.until([&] { return !is_in(p) || p.pings() != 0; });
  t.check("UP-N4", p.pings() != 0, {"", "a ping frame within the heartbeat's time", p.summary()});
}

void stalled(trial& t) {
  auto const after = t.side().idle.value_or(t.info().limits.idle_timeout.value());
  needs_time(t, after + std::chrono::seconds(5), "idle_seconds");
  websocket_probe& p = silent(t, "UP-N4", "alice");
  p.pause();
  t.wire().pass(after + std::chrono::seconds(2));
  p.resume();
  t.check("UP-N4", ends(t, p), {"", "a stalled connection is closed", p.summary()});
}

}  // namespace

void add_limit_cases(case_list& all) {
  add_batch_cases(
      all,
      {{"limits/five-connections",
        "Five connections of a user stay, the sixth is refused.",
        {"UP-N1"},
        five_connections,
        true},
       {"limits/room-again", "A connection that closes or is cut makes room.", {"UP-N1"}, room_again, true},
       {"limits/crowd", "Five of ten connections at the same moment are let in.", {"UP-N1"}, crowd, true},
       {"limits/inbound-ten", "Ten messages a second are taken.", {"UP-N2"}, inbound_ten},
       {"limits/inbound-eleventh",
        "The 11th within a second is answered by close code 1008.",
        {"UP-N2"},
        inbound_eleventh},
       {"limits/control-frames", "Control frames do not count.", {"UP-N2"}, control_frames_are_free},
       {"limits/control-flood", "A flood of control frames is cut.", {"UP-N2"}, control_flood},
       {"limits/size-at", "A message of 1024 bytes is taken.", {"UP-N3"}, size_at_the_limit},
       {"limits/size-above",
        "A larger message closes with 1009, and nobody else.",
        {"UP-N3"},
        size_above_the_limit},
       {"limits/outbound-rate",
        "At most ten progress messages in any second; no stage's first is lost.",
        {"UP-N2"},
        outbound_rate},
       {"limits/outbound-size",
        "No message to a client is larger than 1024 bytes.",
        {"UP-N3"},
        outbound_size},
       {"keepalive/text", "The text ping is answered by pong.", {"UP-N5"}, ping_text},
       {"keepalive/json", "The message ping is answered by pong.", {"UP-N5"}, ping_json},
       {"keepalive/frame",
        "Ping frames are answered by pong frames with the same bytes.",
        {"UP-N5"},
        ping_frame},
       {"keepalive/heartbeat", "The server sends ping frames.", {"UP-N4"}, heartbeat},
       {"keepalive/stalled", "A connection on which nothing arrives is closed.", {"UP-N4"}, stalled}});
}

}  // namespace uploadproto::conformance
