// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Servers that let clients in with what is no ticket, or no longer one.
#include <chrono>
#include <set>

#include "mutants/alterations.hpp"
#include "mutants/mutant.hpp"

namespace uploadproto::conformance {
namespace {

constexpr auto socket_path = "/ws/upload-progress/", ticket_path = "/auth/websocket-token";

/** Where this holds of a token, the client is let in as the user whom the token names. */
relay_hooks letting_in(std::function<bool(std::string const& token)> holds) {
  return on_request(socket_path, [holds = std::move(holds)](relay_exchange& x) {
    std::string const token = x.query("token");
    if (!x.upgrade || !holds(token)) return;
    std::string const user = user_of(token);
    x.set_query("token", x.by->ticket(user.empty() ? "anybody" : user));
  });
}

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

bool has_expired(std::string const& token) {
  object const claims = claims_of(token);
  auto const* until = claims.if_contains("exp");
  return until && until->is_number() && until->to_number<double>() < static_cast<double>(now());
}

/** Whether it has been seen before. */
std::function<bool(std::string const&)> seen_before() {
  return [seen = std::make_shared<std::set<std::string>>()](std::string const& token) {
    return !seen->insert(token).second;
  };
}

bool has_type(std::string const& token, std::string_view type) {
  object const claims = claims_of(token);
  auto const* found = claims.if_contains("type");
  return found ? *found == value(type) : type.empty() && !claims.empty();
}

void add_admission(mutant_list& all) {
  all.insert(
      all.end(),
      {{"up/ticket/none-needed", "UP-A1", "A client without a token is let in.", "up/tickets/missing",
        [] { return letting_in([](std::string const& token) { return token.empty(); }); }},
       {"up/ticket/works-twice", "UP-A1", "A used ticket works again.", "up/tickets/single-use",
        [] { return letting_in(seen_before()); }},
       {"up/ticket/works-for-two", "UP-A1", "A ticket works for two who come at the same moment.",
        "up/tickets/two-at-once", [] { return letting_in(seen_before()); }},
       {"up/ticket/works-for-twenty", "UP-A1", "A ticket works for twenty who come at the same moment.",
        "up/tickets/twenty-at-once", [] { return letting_in(seen_before()); }},
       {"up/ticket/expired", "UP-A1", "An expired ticket works.", "up/tickets/expired",
        [] { return letting_in(has_expired); }},
       {"up/ticket/signature-not-checked", "UP-A1", "The signature of a ticket is not looked at.",
        "up/tickets/forged",
        [] { return letting_in([](std::string const& token) { return !user_of(token).empty(); }); }},
       {"up/ticket/algorithm-none", "UP-A1", "A ticket of algorithm none works.", "up/tickets/forged",
        [] {
          return letting_in(
              [](std::string const& token) { return !user_of(token).empty() && token.ends_with('.'); });
        }},
       {"up/ticket/any-text", "UP-A1", "Any text works as a ticket.", "up/tickets/forged",
        [] { return letting_in([](std::string const& token) { return claims_of(token).empty(); }); }},
       {"up/ticket/enormous", "JW-4", "A token of any length is read.", "up/tickets/enormous",
        [] { return letting_in([](std::string const& token) { return token.size() > 8192; }); }},
       {"up/ticket/session-works", "JW-5", "A session's token opens the socket.",
        "up/tickets/session-at-socket",
        [] { return letting_in([](std::string const& token) { return has_type(token, ""); }); }},
       {"up/ticket/opens-rest", "JW-5", "A ticket is taken as a session's token.",
        "up/tickets/ticket-at-rest",
        [] {
          return on_request(ticket_path, [](relay_exchange& x) {
            if (has_type(x.bearer(), "websocket")) x.set_bearer(x.by->mint(x.user));
          });
        }},
       {"up/ticket/refusal-is-500", "UP-A2", "A refused ticket is answered by status 500.",
        "up/tickets/two-at-once", [] { return other_status(socket_path, 401, 500); }},
       {"up/ticket/refusal-is-404", "UP-A2", "A client without a token is answered by status 404.",
        "up/tickets/missing", [] { return other_status(socket_path, 401, 404); }},
       {"up/ticket/refusal-is-403", "UP-A2", "A bad token is answered as another's batch is.",
        "up/tickets/refusal", [] { return other_status(socket_path, 401, 403); }},
       {"up/ticket/others-are-401", "UP-A2", "Another's batch is answered as a bad token is.",
        "up/tickets/refusal", [] { return other_status(socket_path, 403, 401); }}});
}

void add_endpoint(mutant_list& all) {
  all.insert(
      all.end(),
      {{"up/ticket-answer/refused", "UP-A3", "A session gets no ticket.", "up/tickets/endpoint",
        [] { return other_status(ticket_path, 200, 403); }},
       {"up/ticket-answer/no-ticket", "UP-A3", "What a session gets opens nothing.", "up/tickets/endpoint",
        [] { return change_answer(ticket_path, set("websocket_token", "ticket")); }},
       {"up/ticket-answer/for-nobody", "UP-A3", "Everybody gets a ticket.",
        "up/tickets/endpoint-without-session", [] { return other_status(ticket_path, 401, 200); }},
       {"up/ticket-answer/forbidden", "UP-A3", "Who has no session is answered by status 400.",
        "up/tickets/endpoint-without-session", [] { return other_status(ticket_path, 401, 400); }},
       {"up/ticket-answer/unsigned-session", "UP-A3", "The signature of a session's token is not looked at.",
        "up/tickets/endpoint-without-session",
        [] {
          return on_request(ticket_path, [](relay_exchange& x) {
            if (!x.user.empty()) x.set_bearer(x.by->mint(x.user));
          });
        }},
       {"up/ticket-answer/ten-minutes", "UP-A1", "A ticket is good for ten minutes.", "up/tickets/lifetime",
        [] {
          return on_answer(ticket_path, [](relay_exchange& x) {
            x.answer(200, {{"websocket_token",
                            x.by->mint(x.user, {{"type", "websocket"}, {"exp", now() + 600}})}});
          });
        }},
       {"up/ticket-answer/expires-in", "UP-A4", "The answer gives another time than 300 s.",
        "up/tickets/shape", [] { return change_answer(ticket_path, set("expires_in", "300")); }},
       {"up/ticket-answer/type", "UP-A4", "The answer calls the ticket a bearer token.", "up/tickets/shape",
        [] { return change_answer(ticket_path, set("token_type", "bearer")); }},
       {"up/ticket-answer/created", "UP-A4", "The answer has status 201.", "up/tickets/shape",
        [] { return other_status(ticket_path, 200, 201); }}});
}

}  // namespace

void add_ticket_mutants(mutant_list& all) {
  add_admission(all);
  add_endpoint(all);
}

}  // namespace uploadproto::conformance
