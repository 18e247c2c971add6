// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// How a client comes in: where its token is, what it asks for, and what it does when it is refused.
#include <algorithm>
#include <boost/json/serialize.hpp>

#include "client/client_cases.hpp"

namespace uploadproto::conformance {
namespace {

constexpr std::string_view stubborn = "CO-13";

void token_in_auth(client_trial& t) {
  std::string_view const clause = client_rules_of(t.face().name()).token;
  client_link* const link = t.next_link();
  if (link) t.until([&] { return link->auth() || link->ended(); });
  if (!link || !link->auth()) t.give_up("no CONNECT came: " + t.what_it_does());
  boost::json::object const* const auth = link->auth()->if_object();
  boost::json::value const* const token = auth ? auth->if_contains(t.info().auth.member) : nullptr;
  t.check(clause, token && *token == boost::json::value(t.token()),
          {"/auth/" + std::string(t.info().auth.member), "the token that the client was given",
           token ? serialize(*token) : serialize(*link->auth())});
}

void token_in_query(client_trial& t) {
  t.start();
  auto const socket = [&]() -> arrival const* {
    for (arrival const& one : t.server().arrivals())
      if (one.by == arrival::way::websocket) return &one;
    return nullptr;
  };
  t.until([&] { return socket() || t.gone(); });
  if (!socket()) t.give_up("no WebSocket came: " + t.what_it_does());
  t.check(client_rules_of(t.face().name()).token, socket()->answered == 101,
          {"", "a ticket of the ticket endpoint in the parameter " + std::string(t.info().auth.query),
           '"' + socket()->credential + "\", answered by status " + std::to_string(socket()->answered)});
}

/** {"job_id": "…"} and nothing else. */
void check_shape(client_trial& t, boost::json::value const& payload, event_face const& event) {
  std::string const member(event.record->find(contract::role::job_id)->name);
  boost::json::value const wanted = boost::json::object{{member, t.job().id()}};
  t.check(client_rules_of(t.face().name()).subscribe, payload == wanted,
          {"", std::string(event.name) + ' ' + serialize(wanted), serialize(payload)});
}

void subscription_shape(client_trial& t) {
  event_face const& wanted = *t.face().client_event(contract::client_action::subscribe);
  client_link* const link = t.next_link();
  if (!link) t.give_up(t.what_it_does());
  t.until([&] { return !link->messages().empty() || link->ended() || t.finished(); });
  auto const asked = link->subscriptions();
  if (!asked.empty()) return check_shape(t, asked.front(), wanted);
  std::string came = link->messages().empty() ? t.what_it_does() : link->messages().front().name;
  t.check(client_rules_of(t.face().name()).subscribe, false,
          {"", "the event " + std::string(wanted.name), std::move(came)});
}

void unsubscription_shape(client_trial& t) {
  client_link& link = t.follower();
  t.tell(link, t.job().progress());
  t.end_well(link);
  t.until([&] { return t.gone() || link.ended(); });
  auto const asked = link.subscriptions(contract::client_action::unsubscribe);
  if (asked.empty()) t.skip("the client left without unsubscribing, which it may");
  check_shape(t, asked.front(), *t.face().client_event(contract::client_action::unsubscribe));
}

/** How often credentials were shown that had been refused: of sockets by their CONNECT, of plain ones by
   their address, of tickets by their request. */
std::size_t shown_again(client_trial& t, std::size_t links_before, std::size_t arrivals_before) {
  std::vector<std::string> shown;
  for (std::size_t i = links_before; i < t.server().links().size(); ++i)
    if (auto const& auth = t.server().links()[i].auth()) shown.push_back(serialize(*auth));
  for (std::size_t i = arrivals_before; i < t.server().arrivals().size(); ++i) {
    arrival const& one = t.server().arrivals()[i];
    bool const ticket = one.by == arrival::way::ticket && one.answered == 401;
    if (ticket || (one.by == arrival::way::websocket && !one.credential.empty()))
      shown.push_back(one.credential);
  }
  std::ranges::sort(shown);
  return static_cast<std::size_t>(std::distance(std::unique(shown.begin(), shown.end()), shown.end()));
}

/** Waits until the client has given up, comes with the same again, or has had time to. */
void judge_refusal(client_trial& t, std::size_t links_before = 0, std::size_t arrivals_before = 0) {
  t.start();
  auto const again = [&] { return shown_again(t, links_before, arrivals_before); };
  t.until([&] { return t.gone() || again() != 0; });
  if (t.server().arrivals().size() == arrivals_before) t.give_up("nothing was refused: " + t.what_it_does());
  t.check(stubborn, again() == 0,
          {"", "no second attempt with credentials that were refused", t.what_it_does()});
}

void refused_socket(client_trial& t) {
  t.behaviour().refusal = std::string(t.info().auth.invalid_message);
  judge_refusal(t);
}

void refused_by_status(client_trial& t) {
  t.behaviour().gate = 401;
  judge_refusal(t);
}

void refused_as_stranger(client_trial& t) {
  t.behaviour().gate = 403;
  judge_refusal(t);
}

void refused_by_close(client_trial& t) {
  t.behaviour().door = 1008;
  judge_refusal(t);
}

void refused_ticket(client_trial& t) {
  t.behaviour().ticket_status = 401;
  judge_refusal(t);
}

void refused_after_cut(client_trial& t) {
  client_link& link = t.follower();
  t.tell(link, t.job().progress().front());
  t.await_bar();
  t.behaviour().refusal = std::string(t.info().auth.invalid_message);
  t.behaviour().ticket_status = 401;
  std::size_t const links = t.server().links().size(), arrivals = t.server().arrivals().size();
  link.cut();
  t.until([&] { return t.server().arrivals().size() > arrivals || t.gone(); }, t.target().longest_wait);
  judge_refusal(t, links, arrivals);
}

}  // namespace

void add_entrance_cases(client_case_list& all, protocol_face const& face) {
  client_rules const& rules = client_rules_of(face.name());
  bool const tickets = face.info->auth.ticket;
  auto const add = [&](std::string_view name, std::string_view title, std::string_view clause,
                       void (*run)(client_trial&)) {
    if (!clause.empty()) add_client_case(all, face, name, title, {clause}, run);
  };
  add("auth/token", "The token is where the protocol has it.", rules.token,
      tickets ? token_in_query : token_in_auth);
  add("subscribe/shape", "The subscription has the protocol's name and shape.", rules.subscribe,
      subscription_shape);
  add("unsubscribe/shape", "So has the end of the subscription, where the client sends one.", rules.subscribe,
      unsubscription_shape);
  if (!face.info->auth.required) return;
  if (tickets) {
    add("refused/status", "A ticket that is refused by 401 is not shown again.", stubborn, refused_by_status);
    add("refused/stranger", "A ticket that is refused by 403 is not shown again.", stubborn,
        refused_as_stranger);
    add("refused/close", "A ticket that is refused by close 1008 is not shown again.", stubborn,
        refused_by_close);
    add("refused/session", "A session that gets no ticket (401) does not ask again.", stubborn,
        refused_ticket);
  } else {
    add("refused/connect-error", "A token that is refused by CONNECT_ERROR is not sent again.", stubborn,
        refused_socket);
  }
  add("refused/after-cut", "Credentials that are refused after a cut are not shown again.", stubborn,
      refused_after_cut);
}

}  // namespace uploadproto::conformance
