// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Engine.IO and Socket.IO as every server of the three protocols speaks them: transports, handshake,
// namespace.
#include <boost/json/serialize.hpp>

#include "cases/all_cases.hpp"
#include "cases/answers.hpp"
#include "cases/case_prefix.hpp"

namespace uploadproto::conformance {
namespace {

/** The clause about transports. */
std::string_view transports_clause(trial const& t) {
  return t.info().clauses == "BU" ? "BU-T2" : t.info().clauses == "FU" ? "FU-T1" : "CE-T1";
}
std::string_view transport_clause(trial const& t) {
  return t.info().clauses == "BU" ? "BU-T1" : transports_clause(t);
}

/** A whole job is heard over one transport, and nothing in it is unreadable. */
void whole_job_over(trial& t, transport how) {
  std::string_view const clause = transports_clause(t);
  followed_job const job = t.follow(sample_kind::good, "alice", {.transport = how});
  t.require(clause, job.owner->heard_end_of(job.id), {"", "the job's end", job.owner->summary()});
  auto const bad = job.owner->unreadable();
  t.check(clause, bad.empty(),
          {"", "packets of Engine.IO 4 and Socket.IO 5", bad.empty() ? "" : bad.front()});
  judgement found;
  judge_job(found, t.face(), job.events, job.how);
  for (std::string_view common : {"CO-6", "CO-7"})
    if (auto const* judged = found.find(common); judged && !judged->breaches.empty())
      t.check(clause, false, judged->breaches.front());
  if (how == transport::upgrade)
    t.check(clause, job.owner->socketio().upgraded(), {"", "the upgrade to WebSocket", "still polling"});
}

void whole_job_over_websocket(trial& t) {
  whole_job_over(t, transport::websocket);
}
void whole_job_over_polling(trial& t) {
  t.needs("polling");
  whole_job_over(t, transport::polling);
}
void whole_job_over_upgrade(trial& t) {
  t.needs("polling");
  whole_job_over(t, transport::upgrade);
}

void open_packet(trial& t, transport how) {
  std::string_view const clause = transport_clause(t);
  socketio_probe& socket = t.admitted("alice", {}, {.transport = how}).socketio();
  boost::json::value const& open = socket.handshake();
  auto const came = serialize(open);
  t.check(clause, !text_at(open, "/sid").empty(), {"/sid", "a session id", came});
  // Libraries from before the protocol's last revision leave maxPayload out.
  level const newest = t.whole().reference ? level::must : level::should;
  for (auto const& [number, how_much] : {std::pair<std::string_view, level>{"/pingInterval", level::must},
                                         {"/pingTimeout", level::must},
                                         {"/maxPayload", newest}}) {
    boost::json::value const found = at(open, number);
    t.check_as(how_much, clause, found.is_number() && found.to_number<double>() > 0,
               {std::string(number), "a number above 0", came});
  }
  boost::json::value const upgrades = at(open, "/upgrades");
  t.check(clause, upgrades.is_array(), {"/upgrades", "an array", came});
  if (how == transport::polling && upgrades.is_array())
    t.check(transports_clause(t), upgrades == boost::json::array{"websocket"},
            {"/upgrades", "[\"websocket\"]", came});
  t.check(clause, !text_at(*socket.connected(), "/sid").empty(),
          {"/sid", "a socket id in the answer to CONNECT", serialize(*socket.connected())});
}

void handshake(trial& t) {
  open_packet(t, transport::websocket);
  if (!t.side().lacks.contains("polling")) open_packet(t, transport::polling);
}

/** `/socket.io` as some clients write it. */
void path_without_slash(trial& t) {
  for (transport how : {transport::websocket, transport::polling}) {
    if (how == transport::polling && t.side().lacks.contains("polling")) continue;
    socketio_options options = t.socketio_entrance("alice", {.transport = how});
    options.path = "/socket.io";
    socketio_probe& socket = t.open_socketio("alice", options);
    t.until([&] { return socket.answered(); });
    t.check("BU-T3", socket.connected().has_value(),
            {"", "a connection through /socket.io too", socket.summary()});
  }
}

/** What is no Engine.IO 4 is refused with a status, and the next client is served. */
void bad_handshakes(trial& t) {
  std::string_view const clause = transport_clause(t);
  for (std::string_view query :
       {"?transport=polling", "?EIO=4&transport=carrier-pigeon", "?EIO=4&transport=polling&sid=nobody",
        "?EIO=4&transport=websocket&sid=nobody"}) {
    http_call call;
    call.url = t.side().url + std::string(t.info().path) + std::string(query);
    http_reply const reply = t.request(call);
    t.check(clause, reply.status >= 400 && reply.status < 500,
            {"", "a refusal with a 4xx status", call.url + ": " + reply.summary()});
  }
  t.admitted();
}

/** FU-T1: a namespace that is not there. */
void unknown_namespace(trial& t) {
  socketio_options options = t.socketio_entrance("alice", {});
  options.nsp = "/no-such-namespace";
  socketio_probe& socket = t.open_socketio("alice", options);
  t.until([&] { return socket.answered(); });
  t.require("FU-T1", socket.refused().has_value(), {"", "CONNECT_ERROR", socket.summary()});
  t.check("FU-T1", text_at(*socket.refused(), "/message") == "Invalid namespace",
          {"/message", "Invalid namespace", serialize(*socket.refused())});
  socket.send_packet("40" + std::string(t.info().nsp) + ',');
  auto const& fence = socket.begin_fence();
  t.until([&] { return socket.passed(fence) || socket.ended(); });
  t.check("FU-T1", !socket.ended(),
          {"", "a connection that can still join another namespace", socket.summary()});
}

/** An event of the bare client counts from the moment of `40`, not before. */
void bare_websocket(trial& t) {
  websocket_probe& bare = t.open_websocket("bare", t.side().url + "/socket.io/?EIO=4&transport=websocket");
  auto const came = [&](std::string_view begins) {
    return [&bare, begins] {
      for (auto const& m : bare.received())
        if (m.text.starts_with(begins)) return true;
      return bare.now() == websocket_probe::state::closed || bare.now() == websocket_probe::state::refused;
    };
  };
  t.until(came("0{"));
  t.require("CE-T2", bare.now() == websocket_probe::state::open, {"", "an open WebSocket", bare.summary()});
  bare.send("40");
  t.until(came("40"));
  auto const& received = bare.received();
  bool const second = received.size() > 1 && received[1].text.starts_with("40");
  t.check("CE-T2", second,
          {"", "the answer to 40 behind the open packet, nothing between", received.back().text});
  std::string const job = t.start_job();
  std::string const end = "42[\"processing-completed\"";
  t.until([&] {
    for (auto const& m : bare.received())
      if (m.text.starts_with(end) && m.text.find(job) != m.text.npos) return true;
    return bare.now() == websocket_probe::state::closed;
  });
  bool heard = false;
  for (auto const& m : bare.received()) heard |= m.text.starts_with(end) && m.text.find(job) != m.text.npos;
  t.check("CE-T2", heard, {"", end + ",{\"logId\":\"" + job + "\",…}] as a text frame", bare.summary()});
}

/** The server asks `2` and goes on after `3`; who does not answer is dropped. */
void heartbeat(trial& t) {
  std::string_view const clause = t.info().clauses == "CE" ? "CE-T2" : transport_clause(t);
  watcher& answering = t.admitted();
  boost::json::value const interval = at(answering.socketio().handshake(), "/pingInterval");
  boost::json::value const timeout = at(answering.socketio().handshake(), "/pingTimeout");
  if (!interval.is_number() || !timeout.is_number())
    t.require(clause, false, {"/pingInterval", "numbers of milliseconds", serialize(interval)});
  std::chrono::milliseconds const both(interval.to_number<std::int64_t>() +
                                       timeout.to_number<std::int64_t>());
  if (both > t.patience() / 2)
    t.skip("the handshake announces a heartbeat of " + serialize(interval) + " and " + serialize(timeout) +
           " ms: set both below a quarter of patience_ms to have it judged");
  socketio_options mute = t.socketio_entrance("bob", {});
  mute.answer_pings = false;
  socketio_probe& silent = t.open_socketio("bob", mute);
  t.until([&] { return silent.ended() && answering.socketio().heartbeats() > 1; });
  t.check(clause, answering.socketio().heartbeats() > 1,
          {"", "a second ping after the pong", answering.summary()});
  t.check(clause, answering.ready(), {"", "who answers stays", answering.summary()});
  t.check(clause, silent.ended(), {"", "who does not answer is dropped", silent.summary()});
}

/** A page of any origin may use the server, its plain requests and its preflight alike. */
void any_origin(trial& t, std::string_view clause) {
  std::string const origin = "https://pages.example";
  http_call call;
  call.url = t.side().url + "/socket.io/?EIO=4&transport=polling";
  call.headers = {{"Origin", origin}};
  http_reply const polled = t.request(call);
  auto const allows = [&](http_reply const& reply) {
    auto const allowed = reply.header("Access-Control-Allow-Origin");
    return allowed == "*" || allowed == origin;
  };
  t.check(clause, polled.status == 200 && allows(polled),
          {"", "status 200 with Access-Control-Allow-Origin: * or the origin",
           polled.summary() + "; header: " + std::string(polled.header("Access-Control-Allow-Origin"))});
  call.method = "OPTIONS";
  call.headers.emplace_back("Access-Control-Request-Method", "POST");
  call.headers.emplace_back("Access-Control-Request-Headers", "content-type");
  http_reply const preflight = t.request(call);
  t.check(
      clause, preflight.status >= 200 && preflight.status < 300 && allows(preflight),
      {"", "a preflight with a 2xx status that allows the origin",
       preflight.summary() + "; header: " + std::string(preflight.header("Access-Control-Allow-Origin"))});
  socketio_options socket = t.socketio_entrance("page", {});
  socket.headers.emplace_back("Origin", origin);
  socketio_probe& page = t.open_socketio("page", socket);
  t.until([&] { return page.answered(); });
  t.check(clause, page.connected().has_value(), {"", "a WebSocket from that origin", page.summary()});
}

/** Nobody is asked for a token; one that is brought all the same does no harm. */
void no_authentication(trial& t, std::string_view clause) {
  for (std::string_view given : {"", "not.a.token"}) {
    watcher& guest = t.enter("guest", {}, {.token = std::string(given)});
    t.check(clause, guest.ready(),
            {"", given.empty() ? "a client without a token is let in" : "a needless token is not looked at",
             guest.summary()});
  }
}

struct line {
  std::string_view name, title;
  std::vector<std::string> clauses;
  void (*run)(trial&);
};

void add(case_list& all, protocol_face const& face, line const& one) {
  all.push_back({.id = case_prefix(face) + "transport/" + std::string(one.name),
                 .title = std::string(one.title),
                 .protocol = std::string(face.name()),
                 .clauses = one.clauses,
                 .run = one.run});
}

}  // namespace

void add_transport_cases(case_list& all) {
  for (protocol_face const& face : known_protocols()) {
    if (face.info->framing != contract::framing::socketio) continue;
    bool const two = face.info->clauses == "BU";
    std::string const t1 = std::string(face.info->clauses) + "-T1", t2 = two ? "BU-T2" : t1;
    std::vector<std::string> const both = two ? std::vector{t1, t2} : std::vector{t1};
    std::string const beats = face.info->clauses == "CE" ? "CE-T2" : t1;
    for (line const& one : std::initializer_list<line>{
             {"websocket", "A whole job is heard over WebSocket.", {t2}, whole_job_over_websocket},
             {"polling", "A whole job is heard over long polling.", {t2}, whole_job_over_polling},
             {"upgrade",
              "A client that goes over from polling to WebSocket hears a whole job.",
              {t2},
              whole_job_over_upgrade},
             {"handshake", "The open packet and the answer to CONNECT say what a client needs.", both,
              handshake},
             {"bad-handshakes", "A request that is no Engine.IO 4 gets a 4xx status.", {t1}, bad_handshakes},
             {"heartbeat",
              "The server pings; who answers stays, who does not is dropped.",
              {beats},
              heartbeat}})
      add(all, face, one);
  }
  add(all, *find_protocol("bulk_upload"),
      {"path-without-slash", "/socket.io without the slash is answered too.", {"BU-T3"}, path_without_slash});
  auto const& files = *find_protocol("file_upload");
  add(all, files,
      {"unknown-namespace",
       "A namespace that is not there is refused by name.",
       {"FU-T1"},
       unknown_namespace});
  add(all, files,
      {"any-origin", "CORS allows every origin.", {"FU-T2"}, [](trial& t) { any_origin(t, "FU-T2"); }});
  add(all, files, {"no-authentication", "A client without a token is let in.", {"FU-A1"}, [](trial& t) {
                     no_authentication(t, "FU-A1");
                   }});
  auto const& consumer = *find_protocol("consumer_events");
  add(all, consumer,
      {"any-origin", "CORS allows every origin.", {"CE-T1"}, [](trial& t) { any_origin(t, "CE-T1"); }});
  add(all, consumer, {"no-authentication", "A client without a token is let in.", {"CE-T1"}, [](trial& t) {
                        no_authentication(t, "CE-T1");
                      }});
  add(all, consumer,
      {"bare-websocket", "A bare WebSocket that has sent 40 hears a job.", {"CE-T2"}, bare_websocket});
}

}  // namespace uploadproto::conformance
