// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Batches: whose they are, and how their ids look.
#include <uploadproto/contract/rest.hpp>

#include "cases/batch_moves.hpp"

namespace uploadproto::conformance {
namespace {

/** Finds that another user gets nowhere near a batch: not to its messages, nor to its id. */
void check_closed_to_others(trial& t, std::string const& batch, std::string_view why) {
  websocket_probe const& other = knock(t, "bob", batch);
  check_refused(t, "UP-A6", other, "another user's client of a batch " + std::string(why));
  if (t.whole().reference)
    t.check("UP-A6", other.refusal_status() == 403, {"", "status 403", other.summary()});
  http_reply const upload = t.request(t.job_call(sample_kind::good, "bob", batch));
  t.check("UP-A6", upload.status == 403,
          {"", "status 403 for another user's upload to a batch " + std::string(why), upload.summary()});
}

void connected_first(trial& t) {
  std::string const batch = t.fresh_id();
  websocket_probe& owner = knock(t, "alice", batch);
  require_in(t, "UP-A6", owner, "who connects first");
  check_closed_to_others(t, batch, "that somebody watches");
  check_undisturbed(t, "UP-A6", owner, "another user");
  http_reply const upload = t.request(t.job_call(sample_kind::good, "alice", batch));
  t.check("UP-A6", upload.status == 202, {"", "status 202 for the owner's own upload", upload.summary()});
}

void connected_and_left(trial& t) {
  std::string const batch = t.fresh_id();
  websocket_probe& owner = knock(t, "alice", batch);
  require_in(t, "UP-A6", owner, "who connects first");
  owner.close();
  ends(t, owner);
  check_closed_to_others(t, batch, "that somebody has watched");
}

void uploaded_first(trial& t) {
  std::string const batch = t.start_job(sample_kind::good, "alice", t.fresh_id());
  check_closed_to_others(t, batch, "that somebody has uploaded");
  require_in(t, "UP-A6", knock(t, "alice", batch), "who has uploaded");
}

void generated_id(trial& t) {
  std::string const batch = t.start_job(sample_kind::good, "alice");
  check_closed_to_others(t, batch, "whose id the server has made");
  require_in(t, "UP-A6", knock(t, "alice", batch), "who has uploaded");
}

void used_id(trial& t) {
  followed_job const job = t.follow();
  check_closed_to_others(t, job.id, "that has ended");
  require_in(t, "UP-A6", knock(t, "alice", job.id), "the owner of a batch that has ended");
}

/** Both come at the same moment: it is one's or the other's. */
void claimed_at_once(trial& t) {
  std::string const batch = t.fresh_id();
  std::string const tickets[] = {t.ticket("alice"), t.ticket("bob")};
  websocket_probe& a = approach(t, "alice", batch, tickets[0]);
  websocket_probe& b = approach(t, "bob", batch, tickets[1]);
  await_entry(t, {&a, &b});
  t.check("UP-A6", is_in(a) != is_in(b),
          {"", "one of two users who come at the same moment is in", a.summary() + "; " + b.summary()});
}

void same_id(trial& t) {
  followed_job const job = t.follow();
  std::string came;
  for (observed_event const& e : job.owner->heard())
    if (job_of(t.face(), e) != job.id) came = std::string(job_of(t.face(), e));
  t.check("CO-9", job.events.size() > 0 && came.empty(),
          {"/batch_id", job.id + " in the answer, the address and every message",
           came.empty() ? "no message" : came});
}

/** A client of a batch that nobody can have. */
void check_id_refused(trial& t, std::string const& url, std::string const& what) {
  websocket_probe& p = t.open_websocket("alice", url);
  await_entry(t, {&p});
  t.check("UP-A7", !is_in(p), {"", "a refusal of " + what, p.summary()});
}

void check_id_taken(trial& t, std::string const& id) {
  websocket_probe const& p = knock(t, "alice", id);
  t.check("UP-A7", is_in(p), {"", "the id " + id + " may be watched", p.summary()});
}

/** An id of this length that nobody else has. */
std::string id_of(trial& t, std::size_t length) {
  std::string id = t.uuid();
  id.resize(length, 'z');
  return id;
}

void id_lengths(trial& t) {
  check_id_taken(t, id_of(t, 64));
  check_id_taken(t, id_of(t, 36));
  check_id_refused(t, t.websocket_entrance(id_of(t, 65), t.ticket()), "an id of 65 characters");
  check_id_refused(t, t.websocket_entrance(id_of(t, 1000), t.ticket()), "an id of 1000 characters");
  check_id_refused(t, t.websocket_entrance("", t.ticket()), "an empty id");
  require_in(t, "CO-8", knock(t, "alice", t.fresh_id()), "a client, afterwards,");
}

void id_characters(trial& t) {
  std::string const own = t.uuid();
  check_id_taken(t, own + ".A_b-9");
  for (std::string_view bad : {" ", "/", "\\", "%", "\n", "é", "?", "#", ":", "*", "<", "'", "\"", "+"})
    check_id_refused(t, t.websocket_entrance(own + std::string(bad), t.ticket()),
                     "an id with the character " + std::string(bad));
  check_id_refused(t, t.websocket_entrance(own + std::string(1, '\0'), t.ticket()), "an id with a zero byte");
  require_in(t, "CO-8", knock(t, "alice", t.fresh_id()), "a client, afterwards,");
}

void id_traversal(trial& t) {
  std::string const id = t.uuid();
  for (std::string const& path : {"../" + id, id + "/../" + id, std::string("..%2F..%2Fetc%2Fpasswd"),
                                  "%2e%2e/" + id, id + "/", "/" + id, id + "/x"}) {
    std::string url = t.websocket_entrance("", t.ticket());
    url.insert(url.find('?'), path);
    check_id_refused(t, url, "the path ending in " + path);
  }
  require_in(t, "CO-8", knock(t, "alice", t.fresh_id()), "a client, afterwards,");
}

void uploads_take_uuids(trial& t) {
  for (std::string const& id :
       {std::string("x"), std::string("not-a-uuid"), t.uuid() + "0", t.uuid().substr(1), t.uuid() + "/.."}) {
    http_reply const reply = t.request(t.job_call(sample_kind::good, "alice", id));
    t.check("UP-A7", reply.status == 400,
            {"", "status 400 for an upload with the id " + id, reply.summary()});
  }
}

void other_paths(trial& t) {
  std::string const id = t.fresh_id(), ticket = t.ticket();
  for (std::string_view path : {"/", "/ws", "/ws/upload-progress", "/ws/upload/", "/upload-progress/"}) {
    std::string url = t.websocket_entrance("", "");
    url = url.substr(0, url.find("/ws/")) + std::string(path) + (path.ends_with('/') ? id : "");
    websocket_probe& p =
        t.open_websocket("alice", url + '?' + std::string(t.info().auth.query) + '=' + ticket);
    await_entry(t, {&p});
    t.check_as(level::should, "UP-T1", p.refusal_status() == 404,
               {"", "status 404 for a WebSocket at " + url, p.summary()});
  }
  require_in(t, "UP-T1", knock(t, "alice", id, ticket), "a client at the documented path, afterwards,");
}

void plain_request(trial& t) {
  http_call call;
  std::string const socket = t.websocket_entrance(t.fresh_id(), t.ticket());
  call.url = socket;
  http_reply const reply = t.request(std::move(call));
  t.check("UP-T1", reply.status >= 400 && reply.status < 500,
          {"", "a 4xx status for a request that is no WebSocket handshake", reply.summary()});
  require_in(t, "UP-T1", knock(t, "alice", t.fresh_id()), "a WebSocket client");
}

void text_frames(trial& t) {
  followed_job const job = t.follow();
  t.require("UP-T1", !job.events.empty(), {"", "messages of the batch", job.owner->summary()});
  auto const bad = job.owner->unreadable();
  t.check("UP-T1", bad.empty(), {"", "JSON objects in text frames", bad.empty() ? "" : bad.front()});
}

}  // namespace

void add_batch_cases(case_list& all) {
  add_batch_cases(
      all,
      {{"batches/connected-first",
        "A batch is of the user who connects to it first.",
        {"UP-A6"},
        connected_first},
       {"batches/connected-and-left", "It stays his when he has left.", {"UP-A6"}, connected_and_left},
       {"batches/uploaded-first", "A batch is of the user who uploads it first.", {"UP-A6"}, uploaded_first},
       {"batches/generated-id",
        "A batch whose id the server makes is the uploader's.",
        {"UP-A6"},
        generated_id},
       {"batches/used-id", "A batch that has ended is still its owner's.", {"UP-A6"}, used_id},
       {"batches/claimed-at-once",
        "Of two users who come to a batch at the same moment one is let in.",
        {"UP-A6"},
        claimed_at_once},
       {"batches/same-id", "The answer, the address and the messages name one id.", {"CO-9"}, same_id},
       {"ids/lengths", "Ids of 1 to 64 characters may be watched, no others.", {"UP-A7", "CO-8"}, id_lengths},
       {"ids/characters", "Ids have letters, digits and . _ - alone.", {"UP-A7", "CO-8"}, id_characters},
       {"ids/traversal",
        "No path leads from the documented one to another.",
        {"UP-A7", "CO-8"},
        id_traversal},
       {"ids/uploads", "Uploads take UUIDs.", {"UP-A7"}, uploads_take_uuids},
       {"paths/other", "There is a WebSocket at no other path.", {"UP-T1"}, other_paths},
       {"paths/plain-request",
        "A request that is no WebSocket handshake is refused.",
        {"UP-T1"},
        plain_request},
       {"paths/text-frames", "Messages are JSON in text frames.", {"UP-T1"}, text_frames}});
}

}  // namespace uploadproto::conformance
