// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cases/batch_moves.hpp"

#include <algorithm>
#include <array>

#include "cases/case_prefix.hpp"

namespace uploadproto::conformance {
namespace {

using state = websocket_probe::state;

bool is_over(websocket_probe const& p) {
  return p.now() == state::refused || p.now() == state::closed;
}

template <class Range, class Value>
bool is_among(Range const& range, Value value) {
  return std::ranges::find(range, value) != std::ranges::end(range);
}

std::size_t pongs_in(trial& t, websocket_probe const& p) {
  return static_cast<std::size_t>(
      std::ranges::count(p.received(), t.info().keepalive.answer,
                         [](websocket_probe::message const& m) { return std::string_view(m.text); }));
}

}  // namespace

void add_batch_cases(case_list& all, std::initializer_list<batch_case> some) {
  protocol_face const& face = *find_protocol("upload_progress");
  for (batch_case const& one : some)
    all.push_back({.id = case_prefix(face) + std::string(one.id),
                   .title = std::string(one.title),
                   .protocol = std::string(face.name()),
                   .clauses = one.clauses,
                   .run = one.run,
                   .alone = one.alone});
}

websocket_probe& approach(trial& t, std::string_view who, std::string_view batch, std::string_view ticket) {
  return t.open_websocket(who, t.websocket_entrance(batch, ticket));
}

void await_entry(trial& t, std::vector<websocket_probe*> const& some) {
  auto const all_of = [&](auto holds) { return std::ranges::all_of(some, holds); };
  t.until([&] { return all_of([](auto const* p) { return p->now() != state::connecting; }); });
  for (websocket_probe* p : some)
    if (is_in(*p)) p->send(std::string(t.info().keepalive.ask));
  t.until([&] { return all_of([&](auto const* p) { return is_over(*p) || pongs_in(t, *p) != 0; }); });
}

websocket_probe& knock(trial& t, std::string_view who, std::string_view batch, std::string_view ticket) {
  websocket_probe& p = approach(t, who, batch, ticket);
  await_entry(t, {&p});
  return p;
}

websocket_probe& knock(trial& t, std::string_view who, std::string_view batch) {
  return knock(t, who, batch, t.ticket(who));
}

bool is_in(websocket_probe const& p) {
  return p.now() == state::open;
}

bool is_refused(websocket_probe const& p) {
  return p.now() == state::refused ? is_among(std::array{401u, 403u}, p.refusal_status())
                                   : is_among(std::array{1008, 4401, 4403}, int{p.close_code()});
}

bool is_one_too_many(websocket_probe const& p) {
  return p.now() == state::refused ? is_among(std::array{429u, 403u, 503u}, p.refusal_status())
                                   : is_among(std::array{1008, 1013}, int{p.close_code()});
}

void require_in(trial& t, std::string_view clause, websocket_probe const& p, std::string_view who) {
  t.require(clause, is_in(p), {"", std::string(who) + " is let in", p.summary()});
}

void check_refused(trial& t, std::string_view clause, websocket_probe const& p, std::string_view what) {
  t.check(clause, is_refused(p),
          {"",
           std::string(what) + " is refused: status 401 or 403 in place of the upgrade, or close code 1008, "
                               "4401 or 4403",
           p.summary()});
}

void check_undisturbed(trial& t, std::string_view clause, websocket_probe& p, std::string_view by) {
  t.check(clause, answers(t, p),
          {"", "another connection that is not disturbed by " + std::string(by), p.summary()});
}

bool answers(trial& t, websocket_probe& p) {
  std::size_t const before = pongs_in(t, p);
  p.send(std::string(t.info().keepalive.ask));
  return t.until([&] { return is_over(p) || pongs_in(t, p) > before; }) && is_in(p);
}

bool ends(trial& t, websocket_probe const& p) {
  return t.until([&] { return is_over(p); });
}

boost::json::value await_end(trial& t, watcher& w, std::string_view batch) {
  t.until([&] { return w.heard_end_of(batch) || w.over(); });
  for (observed_event const& e : w.heard_of(batch))
    if (contract::is_terminal(kind_of(t.face(), e))) return e.payload;
  return nullptr;
}

sample_file transactions_of(std::string text, std::string name) {
  return {std::move(name), "text/csv", std::move(text)};
}

boost::json::object ticket_claims(trial& t, std::string_view who, std::chrono::seconds life) {
  boost::json::object claims = t.claims(who);
  claims["type"] = "websocket";
  claims["jti"] = t.uuid();
  claims["exp"] = claims["iat"].as_int64() + life.count();
  return claims;
}

}  // namespace uploadproto::conformance
