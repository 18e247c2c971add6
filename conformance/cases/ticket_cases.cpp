// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Tickets for the socket: who gets one, what it is good for, and that it is good for it once.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <uploadproto/wire/base64.hpp>

#include "cases/batch_moves.hpp"
#include "trial/token_forge.hpp"

namespace uploadproto::conformance {
namespace {

using std::chrono::seconds;

void missing(trial& t) {
  std::string const batch = t.fresh_id();
  websocket_probe const& bare = knock(t, "nobody", batch, "");
  check_refused(t, "UP-A1", bare, "a client without a token");
  t.check("UP-A2", is_refused(bare), {"", "a refusal that the client sees", bare.summary()});
  std::string const empty = t.websocket_entrance(batch, "") + '?' + std::string(t.info().auth.query) + '=';
  websocket_probe& nothing = t.open_websocket("nobody", empty);
  await_entry(t, {&nothing});
  check_refused(t, "UP-A1", nothing, "a client with an empty token");
  require_in(t, "UP-A1", knock(t, "alice", batch), "a client with a ticket, afterwards");
}

void single_use(trial& t) {
  std::string const batch = t.fresh_id(), ticket = t.ticket();
  websocket_probe& first = knock(t, "alice", batch, ticket);
  require_in(t, "UP-A1", first, "the first client with a ticket");
  check_refused(t, "UP-A1", knock(t, "alice", batch, ticket), "the second client with the same ticket");
  check_undisturbed(t, "UP-A1", first, "the second one");
  first.close();
  ends(t, first);
  check_refused(t, "UP-A1", knock(t, "alice", batch, ticket), "a client after the first has left");
}

/** Exactly one of so many that come at the same moment is let in. */
void race(trial& t, std::size_t clients) {
  std::string const batch = t.fresh_id(), ticket = t.ticket();
  std::vector<websocket_probe*> all;
  for (std::size_t i = 0; i != clients; ++i) all.push_back(&approach(t, "alice", batch, ticket));
  await_entry(t, all);
  auto const in = std::ranges::count_if(all, [](auto const* p) { return is_in(*p); });
  auto const refused = std::ranges::count_if(all, [](auto const* p) { return is_refused(*p); });
  t.check("UP-A1", in == 1, {"", "exactly one connection", std::to_string(in) + " are in"});
  t.check("UP-A2", in + refused == static_cast<std::ptrdiff_t>(clients),
          {"", "the others see a refusal (401, 403, 1008, 4401, 4403)", std::to_string(refused) + " do"});
}

void two_at_once(trial& t) {
  race(t, 2);
}
void twenty_at_once(trial& t) {
  race(t, 20);
}

/** Any ticket works only if the server knows it; this finds whether it knows those that are signed here. */
void needs_own_tickets(trial& t, std::string const& batch) {
  std::string const good = hs256(ticket_claims(t, "alice", seconds(300)), t.needs_secret());
  if (!is_in(knock(t, "alice", batch, good)))
    t.skip("the server takes only tickets that it has signed itself, so that none can be made here");
}

void expired(trial& t) {
  std::string const batch = t.fresh_id();
  needs_own_tickets(t, batch);
  std::string const old = hs256(ticket_claims(t, "alice", seconds(-120)), t.needs_secret());
  check_refused(t, "UP-A1", knock(t, "alice", batch, old), "a ticket that has expired two minutes ago");
}

/** The claims of a ticket; null when it is no JWT. */
boost::json::value claims_in(std::string_view ticket) {
  std::size_t const first = ticket.find('.'), last = ticket.rfind('.');
  if (first == ticket.npos || first == last) return nullptr;
  auto const bytes = wire::decode_base64url(ticket.substr(first + 1, last - first - 1));
  boost::system::error_code bad;
  return bytes ? boost::json::parse(*bytes, bad) : nullptr;
}

void lifetime(trial& t) {
  boost::json::value const claims = claims_in(t.ticket());
  auto const* object = claims.if_object();
  auto const* until = object ? object->if_contains("exp") : nullptr;
  if (!until || !until->is_number()) t.skip("the ticket does not show when it expires");
  auto const now = std::chrono::system_clock::now().time_since_epoch();
  double const left = until->to_number<double>() - std::chrono::duration<double>(now).count();
  t.check("UP-A1", left > 0 && left <= 301,
          {"/exp", "at most 300 seconds from now", std::to_string(left) + " seconds"});
}

/** The ticket with a character in the middle of its last part changed. */
std::string forged_signature(std::string ticket) {
  std::size_t const from = ticket.rfind('.') + 1;
  char& c = ticket[from + (ticket.size() - from) / 2];
  c = c == 'A' ? 'B' : 'A';
  return ticket;
}

/** Header and claims for which nobody has signed. */
std::string unsigned_ticket(trial& t, std::string_view algorithm) {
  return wire::encode_base64url(R"({"alg":")" + std::string(algorithm) + R"(","typ":"JWT"})") + '.' +
         wire::encode_base64url(serialize(ticket_claims(t, "alice", seconds(300)))) + '.';
}

/** Somebody else's claims under this signature. */
std::string tampered(trial& t, std::string_view ticket) {
  std::size_t const first = ticket.find('.'), last = ticket.rfind('.');
  if (first == ticket.npos || first == last) return {};
  return std::string(ticket.substr(0, first + 1)) +
         wire::encode_base64url(serialize(ticket_claims(t, "mallory", seconds(300)))) +
         std::string(ticket.substr(last));
}

void forged(trial& t) {
  std::string const batch = t.fresh_id(), real = t.ticket();
  std::vector<std::pair<std::string, std::string>> battery{
      {"a forged signature", forged_signature(real)},
      {"a ticket signed with another secret",
       hs256(ticket_claims(t, "alice", seconds(300)),
             "another secret of more than 32 bytes, not the server's")},
      {"claims of another under a real signature", tampered(t, real)},
      {"a ticket without its signature", real.substr(0, real.rfind('.') + 1)},
      {"half a ticket", real.substr(0, real.size() / 2)},
      {"a ticket and a byte", real + 'A'}};
  for (std::string_view algorithm : {"none", "None", "NONE", "nOnE"})
    battery.emplace_back("algorithm " + std::string(algorithm), unsigned_ticket(t, algorithm));
  for (std::string_view junk :
       {"x", ".", "..", "a.b.c", "null", "undefined", "[object Object]", "\x01\xFF", "ключ"})
    battery.emplace_back("the text " + std::string(junk), junk);
  for (auto const& [what, ticket] : battery)
    if (!ticket.empty()) check_refused(t, "UP-A1", knock(t, "mallory", batch, ticket), what);
  require_in(t, "UP-A1", knock(t, "alice", batch, real), "the real ticket, afterwards,");
}

void enormous(trial& t) {
  std::string const batch = t.fresh_id();
  websocket_probe const& p = knock(t, "mallory", batch, std::string(8300, 'a') + ".e30.c2ln");
  t.check("JW-4", !is_in(p), {"", "a token longer than 8 KiB is refused", p.summary()});
  require_in(t, "JW-4", knock(t, "alice", batch), "a client with a ticket, afterwards,");
}

void session_at_socket(trial& t) {
  check_refused(t, "JW-5", knock(t, "alice", t.fresh_id(), t.token()),
                "a REST session's token at the socket");
}

http_call ticket_call(trial& t) {
  request_recipe const& recipe = t.side().ticket;
  if (!recipe.command.empty()) t.skip("tickets come from a command");
  http_call call;
  call.method = recipe.method;
  call.url = t.rest_url(recipe.path);
  call.headers = recipe.headers;
  return call;
}

void check_status(trial& t, std::string_view clause, http_reply const& reply, unsigned status,
                  std::string_view why) {
  t.check(clause, reply.status == status,
          {"", "status " + std::to_string(status) + ' ' + std::string(why), reply.summary()});
}

void ticket_at_rest(trial& t) {
  http_reply const reply = t.request(t.with_token(ticket_call(t), t.ticket()));
  check_status(t, "JW-5", reply, 401, "for a ticket in place of the session's token");
}

void endpoint(trial& t) {
  http_reply const reply = t.request(t.with_token(ticket_call(t), t.token()));
  t.require("UP-A3", reply.status >= 200 && reply.status < 300,
            {"", "a ticket for a REST session", reply.summary()});
  require_in(t, "UP-A3", knock(t, "alice", t.fresh_id()), "a client with such a ticket");
}

void endpoint_without_session(trial& t) {
  check_status(t, "UP-A3", t.request(ticket_call(t)), 401, "without a session");
  check_status(t, "UP-A3", t.request(t.with_token(ticket_call(t), "x.y.z")), 401, "for a token that is none");
  std::string const token = t.token();
  if (token.empty()) return;
  check_status(t, "UP-A3", t.request(t.with_token(ticket_call(t), forged_signature(token))), 401,
               "for a forged signature");
}

void shape(trial& t) {
  http_reply const reply = t.request(t.with_token(ticket_call(t), t.token()));
  boost::json::value const body = reply.json();
  auto const* object = body.if_object();
  auto const has = [&](std::string_view member, auto holds) {
    auto const* value = object ? object->if_contains(member) : nullptr;
    return value && holds(*value);
  };
  check_status(t, "UP-A4", reply, 200, "with the ticket");
  t.check("UP-A4",
          has("websocket_token", [](auto const& v) { return v.is_string() && !v.as_string().empty(); }),
          {"/websocket_token", "a string", reply.summary()});
  t.check("UP-A4", has("expires_in", [](auto const& v) { return v == 300; }),
          {"/expires_in", "300", reply.summary()});
  t.check("UP-A4", has("token_type", [](auto const& v) { return v == "websocket"; }),
          {"/token_type", "\"websocket\"", reply.summary()});
}

/** Which of its two statuses the reference server gives. */
void refusal_status(trial& t) {
  std::string const batch = t.fresh_id();
  websocket_probe const& bad = knock(t, "mallory", batch, "x.y.z");
  check_refused(t, "UP-A2", bad, "a bad token");
  websocket_probe& owner = knock(t, "alice", batch);
  require_in(t, "UP-A2", owner, "the batch's owner");
  websocket_probe const& other = knock(t, "bob", batch);
  check_refused(t, "UP-A2", other, "another user");
  if (!t.whole().reference) return;
  t.check("UP-A2", bad.refusal_status() == 401, {"", "status 401 for a bad token", bad.summary()});
  t.check("UP-A2", other.refusal_status() == 403, {"", "status 403 for another's batch", other.summary()});
}

}  // namespace

void add_ticket_cases(case_list& all) {
  add_batch_cases(
      all,
      {{"tickets/missing", "A client without a token is refused.", {"UP-A1", "UP-A2"}, missing},
       {"tickets/single-use",
        "A ticket lets one connection in, and none after it has gone.",
        {"UP-A1"},
        single_use},
       {"tickets/two-at-once",
        "Of two clients with one ticket at the same moment exactly one is let in.",
        {"UP-A1", "UP-A2"},
        two_at_once},
       {"tickets/twenty-at-once",
        "Of twenty clients with one ticket at the same moment exactly one is let in.",
        {"UP-A1", "UP-A2"},
        twenty_at_once},
       {"tickets/expired", "A ticket that has expired is refused.", {"UP-A1"}, expired},
       {"tickets/lifetime", "A ticket expires after five minutes at the latest.", {"UP-A1"}, lifetime},
       {"tickets/forged",
        "Forged, unsigned and cut tickets and texts that are none are refused.",
        {"UP-A1"},
        forged},
       {"tickets/enormous", "A token of more than 8 KiB is refused.", {"JW-4"}, enormous},
       {"tickets/session-at-socket",
        "A session's token is refused at the socket.",
        {"JW-5"},
        session_at_socket},
       {"tickets/ticket-at-rest", "A ticket is refused as a session's token.", {"JW-5"}, ticket_at_rest},
       {"tickets/endpoint", "A session gets a ticket that lets a client in.", {"UP-A3"}, endpoint},
       {"tickets/endpoint-without-session", "Nobody else gets one.", {"UP-A3"}, endpoint_without_session},
       {"tickets/shape", "The answer has the ticket, how long it is good, and what it is.", {"UP-A4"}, shape},
       {"tickets/refusal", "A refusal shows: a bad token, another's batch.", {"UP-A2"}, refusal_status}});
}

}  // namespace uploadproto::conformance
