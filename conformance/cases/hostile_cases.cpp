// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// CO-8: whatever one connection sends, the server goes on and the others hear their jobs whole. A bystander
// stays connected all the while; what is sent comes from connections of another user.
#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <uploadproto/contract/samples.hpp>

#include "cases/all_cases.hpp"
#include "cases/answers.hpp"
#include "cases/case_prefix.hpp"

namespace uploadproto::conformance {
namespace {

constexpr std::string_view calm = "CO-8";

/** Who must not be disturbed. */
class bystander {
 public:
  explicit bystander(trial& t) : trial_(t), self_(t.admitted("alice")) { begin(); }

  /** Hears the job that was under way and one more, whole; and the next client is let in. */
  void check_undisturbed(std::string const& after) {
    hear_out(after);
    begin();
    hear_out(after);
    watcher& next = trial_.enter("alice");
    trial_.check(calm, next.ready(), {"", "the next client is let in after " + after, next.summary()});
  }

 private:
  void begin() {
    std::string const id = trial_.chooses_ids() ? trial_.fresh_id() : std::string();
    if (!id.empty()) {
      self_.subscribe(id);
      trial_.settle(self_);
    }
    job_ = trial_.start_job(sample_kind::good, "alice", id);
  }

  void hear_out(std::string const& after) {
    trial_.until([&] { return self_.heard_end_of(job_) || self_.over(); });
    trial_.require(calm, self_.heard_end_of(job_),
                   {"", "another connection hears its job's end after " + after, self_.summary()});
    judgement found;
    judge_job(found, trial_.face(), self_.heard_of(job_),
              {.from_the_start = trial_.chooses_ids() || !trial_.info().user_room.empty()});
    for (auto const& [id, judged] : found.all())
      if ((id == "CO-6" || id == "CO-7") && !judged.breaches.empty())
        trial_.check(calm, false, judged.breaches.front());
  }

  trial& trial_;
  watcher& self_;
  std::string job_;
};

/** Each packet from a connection of its own, all at the same time; the server may answer, ignore or close. */
void send_each(trial& t, std::vector<std::string> const& packets) {
  std::vector<socketio_probe*> sockets;
  for (std::size_t i = 0; i != packets.size(); ++i)
    sockets.push_back(&t.open_socketio("mallory", t.socketio_entrance("mallory", {})));
  t.until([&] { return std::ranges::all_of(sockets, [](auto* s) { return s->answered(); }); });
  std::vector<std::uint64_t> fences;
  for (std::size_t i = 0; i != packets.size(); ++i) {
    sockets[i]->send_packet(packets[i]);
    fences.push_back(sockets[i]->begin_fence());
  }
  t.until([&] {
    for (std::size_t i = 0; i != packets.size(); ++i)
      if (!sockets[i]->passed(fences[i]) && !sockets[i]->ended() && !sockets[i]->disconnected()) return false;
    return true;
  });
}

std::string prefix_of(trial const& t, std::string_view type, std::string_view id = {}) {
  std::string out = "4" + std::string(type);
  if (t.info().nsp != "/") out += std::string(t.info().nsp) + ',';
  return out + std::string(id);
}

std::string event_text(trial const& t, boost::json::array event, std::string_view id = {}) {
  return prefix_of(t, "2", id) + serialize(event);
}

/** Every client event with every payload on the wrong side of every rule, and none at all. */
void payloads(trial& t) {
  bystander other(t);
  std::vector<std::string> packets;
  for (event_face const& event : t.face().client_events) {
    boost::json::string const name(event.name);
    packets.push_back(event_text(t, {name}));
    packets.push_back(event_text(t, {name}, "7"));
    packets.push_back(event_text(t, {name, nullptr, nullptr}));
    for (contract::sample const& s : contract::samples(*event.record)) {
      packets.push_back(event_text(t, {name, s.payload}));
      packets.push_back(event_text(t, {name, s.payload}, "8"));
    }
    for (boost::json::value const& odd :
         {boost::json::value(nullptr), boost::json::value(false), boost::json::value(0),
          boost::json::value(""), boost::json::value(boost::json::array{}),
          boost::json::value(boost::json::array{nullptr})})
      packets.push_back(event_text(t, {name, odd}));
  }
  for (std::string_view unknown :
       {"no such event", "", "constructor", "__proto__", "connect", "disconnect", "error"})
    packets.push_back(event_text(t, {boost::json::string(unknown), boost::json::object{{"job_id", "x"}}}));
  for (event_face const& event : t.face().server_events)  // a server's own event from a client
    packets.push_back(event_text(t, {boost::json::string(event.name), nullptr}));
  send_each(t, packets);
  other.check_undisturbed("malformed payloads");
}

/** Packets that break the grammar of Engine.IO or Socket.IO. */
void packets(trial& t) {
  bystander other(t);
  std::string const event = prefix_of(t, "2");
  send_each(t, {"",
                "4",
                "2",
                "3",
                "5",
                "6",
                "7",
                "9",
                "x",
                "49",
                "4x",
                "44",
                "47",
                event,
                event + "[]",
                event + "{}",
                event + "[1]",
                event + "null",
                event + "[",
                event + "[\"a\"",
                event + "[null]",
                event + "x[\"a\"]",
                prefix_of(t, "2", "99999999999999999999") + "[\"a\"]",
                prefix_of(t, "3", "1") + "[]",
                prefix_of(t, "3") + "[]",
                prefix_of(t, "3", "1") + "{}",
                prefix_of(t, "0"),
                prefix_of(t, "0") + "[1]",
                "40/" + std::string(5000, 'n') + ',',
                prefix_of(t, "4") + "{\"message\":\"x\"}",
                "42/elsewhere,[\"a\"]",
                "41/elsewhere,",
                event + "[\"\xff\xfe\"]",
                event + std::string("[\"a\",\"\0\"]", 10)});
  other.check_undisturbed("packets that break the grammar");
}

/** Attachments that do not fit what was announced. */
void binary(trial& t) {
  bystander other(t);
  std::string const nsp = t.info().nsp == "/" ? "" : std::string(t.info().nsp) + ',';
  std::string const placeholder = R"(["a",{"_placeholder":true,"num":0}])";
  std::vector<std::string> const packets{"451-" + nsp + placeholder,
                                         "450-" + nsp + placeholder,
                                         "45-" + nsp + placeholder,
                                         "45999999999999-" + nsp + placeholder,
                                         "451-" + nsp + R"(["a",{"_placeholder":true,"num":7}])",
                                         "451-" + nsp + R"(["a",{"_placeholder":true,"num":-1}])",
                                         "451-" + nsp + R"(["a",{"_placeholder":true,"num":"0"}])",
                                         "461-" + nsp + "5" + placeholder,
                                         "b",
                                         "bAAAA",
                                         "b!!!!"};
  send_each(t, packets);
  std::string const socket = t.side().url + "/socket.io/?EIO=4&transport=websocket";
  std::vector<websocket_probe*> raw;
  for (int i = 0; i != 3; ++i) {
    raw.push_back(&t.open_websocket("mallory", socket));
    raw.back()->send("40" + nsp);
    if (i == 1) raw.back()->send("451-" + nsp + placeholder);
    raw.back()->send(std::string("\x00\x01\x02\xff", 4), true);
    if (i == 2) raw.back()->send("42" + nsp + "[\"a\"]", true);
  }
  t.until([&] {
    return std::ranges::all_of(raw, [](auto* w) {
      return w->received().size() > 1 || w->now() == websocket_probe::state::closed ||
             w->now() == websocket_probe::state::refused;
    });
  });
  for (websocket_probe* w : raw) w->cut();
  other.check_undisturbed("binary packets");
}

std::string polling_url(trial const& t) {
  return t.side().url + "/socket.io/?EIO=4&transport=polling";
}

/** Where a polling session that has just been opened takes its packets. */
std::string new_session(trial& t) {
  http_call open;
  open.url = polling_url(t);
  std::string const packet = t.request(open).body;
  boost::system::error_code bad;
  auto const handshake = boost::json::parse(packet.substr(packet.empty() ? 0 : 1), bad);
  return open.url + "&sid=" + text_at(handshake, "/sid");
}

std::uint64_t max_payload(trial& t) {
  boost::json::value const announced = at(t.admitted("mallory").socketio().handshake(), "/maxPayload");
  return announced.is_number() ? announced.to_number<std::uint64_t>() : 1'000'000;
}

/** Messages and bodies beyond what the handshake announces. */
void oversize(trial& t) {
  bystander other(t);
  std::uint64_t const limit = max_payload(t);
  if (limit > 64'000'000) t.skip("the handshake announces a maxPayload of " + std::to_string(limit));
  std::string const big(limit + 1, 'x');
  send_each(t, {event_text(t, {"a", boost::json::string(big)}), "4" + big, big});
  if (!t.side().lacks.contains("polling")) {
    http_call post;
    post.method = "POST";
    post.url = new_session(t);
    post.body = "4" + big;
    http_reply const reply = t.request(post);
    t.check_as(promised(t, level::should), calm, reply.status != 200,
               {"", "no 200 for a body beyond maxPayload", reply.summary()});
  }
  other.check_undisturbed("messages beyond maxPayload");
}

void nesting(trial& t) {
  bystander other(t);
  std::vector<std::string> packets;
  for (std::size_t deep : {100u, 1'000u, 100'000u}) {
    std::string const arrays = std::string(deep, '[') + std::string(deep, ']');
    packets.push_back(prefix_of(t, "2") + "[\"a\"," + arrays + ']');
    packets.push_back(prefix_of(t, "2") + "[\"a\"," + std::string(deep, '['));
    std::string objects;
    for (std::size_t i = 0; i != deep; ++i) objects += "{\"a\":";
    packets.push_back(prefix_of(t, "2") + "[\"a\"," + objects + "1" + std::string(deep, '}') + ']');
    packets.push_back(prefix_of(t, "0") + arrays);
    for (event_face const& event : t.face().client_events)
      packets.push_back(prefix_of(t, "2") + "[\"" + std::string(event.name) + "\"," + arrays + ']');
  }
  send_each(t, packets);
  other.check_undisturbed("deep nesting");
}

/** Requests to the polling transport that no client sends. */
void polling_bodies(trial& t) {
  t.needs("polling");
  bystander other(t);
  std::vector<std::shared_ptr<http_reply const>> replies;
  for (std::string const& body : {std::string(), std::string("\x1e"), std::string("\x1e\x1e\x1e"),
                                  std::string("4"), std::string("garbage"), std::string("\xff\xff"),
                                  std::string("b!!"), std::string(3000, '\x1e'), std::string("2probe"),
                                  std::string("1\x1e"
                                              "1")}) {
    http_call post;
    post.method = "POST";
    post.url = new_session(t);
    post.body = body;
    replies.push_back(t.begin(std::move(post)));
  }
  for (std::string_view method : {"PUT", "DELETE", "PATCH"}) {
    http_call odd;
    odd.method = method;
    odd.url = polling_url(t);
    replies.push_back(t.begin(std::move(odd)));
  }
  t.until([&] { return std::ranges::all_of(replies, [](auto const& r) { return r->done; }); });
  other.check_undisturbed("bodies that no client sends");
}

/** Connections that go in the middle of everything. */
void sudden_ends(trial& t) {
  bystander other(t);
  std::vector<socketio_probe*> sockets;
  for (int i = 0; i != 20; ++i)
    sockets.push_back(&t.open_socketio("mallory", t.socketio_entrance("mallory", {})));
  for (int i = 0; i != 20; i += 2) sockets[static_cast<std::size_t>(i)]->cut();
  t.until([&] { return std::ranges::all_of(sockets, [](auto* s) { return s->answered(); }); });
  for (int i = 1; i < 20; i += 2) {
    socketio_probe& s = *sockets[static_cast<std::size_t>(i)];
    i % 4 == 1 ? s.leave() : s.close();
    s.cut();
  }
  other.check_undisturbed("connections that break off");
}

struct line {
  std::string_view name, title;
  void (*run)(trial&);
};

constexpr line lines[] = {
    {"payloads", "Client events with every wrong payload disturb nobody.", payloads},
    {"packets", "Packets that break the grammar disturb nobody.", packets},
    {"binary", "Attachments that do not fit disturb nobody.", binary},
    {"oversize", "Messages beyond maxPayload disturb nobody.", oversize},
    {"nesting", "JSON nested without end disturbs nobody.", nesting},
    {"polling-bodies", "Polling requests that no client sends disturb nobody.", polling_bodies},
    {"sudden-ends", "Connections that break off disturb nobody.", sudden_ends},
};

}  // namespace

void add_hostile_cases(case_list& all) {
  for (protocol_face const& face : known_protocols()) {
    if (face.info->framing != contract::framing::socketio) continue;
    for (line const& one : lines)
      all.push_back({.id = case_prefix(face) + "hostile/" + std::string(one.name),
                     .title = std::string(one.title),
                     .protocol = std::string(face.name()),
                     .clauses = {std::string(calm)},
                     .run = one.run});
  }
}

}  // namespace uploadproto::conformance
