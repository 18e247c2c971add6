// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// What a client does when its connection is cut.
#include <algorithm>
#include <set>

#include "client/client_cases.hpp"
#include "client/waits.hpp"

namespace uploadproto::conformance {
namespace {

constexpr std::string_view rejoins = "CO-12", patient = "CO-13";
constexpr std::size_t failing_attempts = 4, cuts = 5;

/** The first half of the job, shown; the rest is for afterwards. */
std::vector<told_event> tell_half(client_trial& t, client_link& link) {
  auto const steps = t.job().progress();
  auto const half = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  t.tell(link, {steps.begin(), half});
  t.await_bar();
  return {half, steps.end()};
}

void finish_elsewhere(client_trial& t, std::vector<told_event> const& rest) {
  client_link& again = t.follower_again();
  t.tell(again, rest);
  t.end_well(again);
  t.check_story(rejoins);
}

void cut_in_mid_job(client_trial& t) {
  client_link& link = t.follower();
  auto const rest = tell_half(t, link);
  link.cut();
  finish_elsewhere(t, rest);
}

void closed_in_mid_job(client_trial& t) {
  client_link& link = t.follower();
  auto const rest = tell_half(t, link);
  link.close(1001);
  finish_elsewhere(t, rest);
}

/** The progress that the client has missed is told again from its beginning, as a server without memory of
    connections does when a job is tried again. */
void told_again_after_cut(client_trial& t) {
  client_link& link = t.follower();
  tell_half(t, link);
  link.cut();
  finish_elsewhere(t, t.job().progress());
}

std::chrono::milliseconds since(clock::time_point from, clock::time_point to) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(to - from);
}

/** Requests to come in after this time; of one kind, since an attempt may try several ways at once. */
std::vector<clock::time_point> attempts_after(client_trial& t, clock::time_point when) {
  std::vector<clock::time_point> out;
  std::optional<arrival::way> by;
  for (arrival const& one : t.server().arrivals()) {
    if (one.when <= when || one.by != by.value_or(one.by)) continue;
    by = one.by;
    out.push_back(one.when);
  }
  return out;
}

void waits_that_grow(client_trial& t) {
  client_link& link = t.follower();
  auto const rest = tell_half(t, link);
  t.behaviour().down = true;
  link.cut();
  waits between;
  for (clock::time_point last = link.ended_at(); between.size() != failing_attempts;) {
    auto const next = [&] { return attempts_after(t, link.ended_at()).size() > between.size(); };
    t.until([&] { return next() || t.gone(); }, t.target().longest_wait);
    t.require(patient, next(),
              {"", "another attempt within " + std::to_string(t.target().longest_wait.count()) + " ms",
               t.what_it_does()});
    clock::time_point const now = attempts_after(t, link.ended_at())[between.size()];
    between.push_back(since(std::exchange(last, now), now));
  }
  auto const wrong = wrong_growth(between);
  t.check(patient, !wrong, wrong.value_or(breach()));
  t.behaviour().down = false;
  t.end_well(t.follower_again());
}

/** Cuts, each after something was shown. @return the first wait after each */
waits cut_often(client_trial& t, std::size_t times) {
  waits first;
  client_link* link = &t.follower();
  for (std::size_t i = 0; i != times; ++i) {
    t.tell(*link, t.job().progress()[i]);
    t.await_bar();
    link->cut();
    clock::time_point const when = link->ended_at();
    link = &t.follower_again();
    first.push_back(since(when, attempts_after(t, when).front()));
  }
  t.end_well(*link);
  return first;
}

void waits_that_differ(client_trial& t) {
  auto const wrong = wrong_jitter(cut_often(t, cuts));
  t.check(patient, !wrong, wrong.value_or(breach()));
}

void several_cuts(client_trial& t) {
  cut_often(t, 2);
  t.check_story(rejoins);
}

void fresh_tickets(client_trial& t) {
  cut_often(t, 2);
  std::set<std::string> shown;
  std::size_t sockets = 0;
  for (arrival const& one : t.server().arrivals()) {
    if (one.by != arrival::way::websocket) continue;
    ++sockets;
    shown.insert(one.credential);
  }
  t.check(client_rules_of(t.face().name()).own, shown.size() == sockets,
          {"", "a fresh ticket for each of " + std::to_string(sockets) + " connections",
           std::to_string(shown.size()) + " different ones"});
}

/** The server has ended the connection because the job has. */
void closed_after_end(client_trial& t) {
  client_link& link = t.follower();
  t.tell(link, t.job().progress());
  std::size_t const before = t.server().arrivals().size();
  t.await_bar();
  t.tell(link, t.job().completed());
  link.close(1000);
  auto const back = [&] { return t.server().arrivals().size() != before; };
  t.until([&] { return t.gone() || back(); });
  t.check(rejoins, !back(), {"", "no new connection for a job that has ended", t.what_it_does()});
  t.check_story(rejoins);
}

}  // namespace

void add_reconnection_cases(client_case_list& all, protocol_face const& face) {
  auto const add = [&](std::string_view name, std::string_view title, std::string_view clause,
                       void (*run)(client_trial&)) {
    add_client_case(all, face, name, title, {clause}, run);
  };
  add("reconnect/rejoin", "The connection is cut in mid-job: the client comes back and follows it again.",
      rejoins, cut_in_mid_job);
  add("reconnect/closed", "The server closes in mid-job, as when it is restarted: the same.", rejoins,
      closed_in_mid_job);
  add("reconnect/told-again", "After a cut everything is told again: the bar does not go back.", rejoins,
      told_again_after_cut);
  add("reconnect/several", "Several cuts: still one bar and one end.", rejoins, several_cuts);
  add("reconnect/backoff", "The server is down for a while: waits between attempts grow.", patient,
      waits_that_grow);
  add("reconnect/jitter", "The first waits after several cuts differ by chance.", patient, waits_that_differ);
  if (face.info->auth.ticket)
    add("reconnect/fresh-ticket", "Each connection has a ticket of its own.",
        client_rules_of(face.name()).own, fresh_tickets);
  if (face.info->life_cycle.closes_after_terminal)
    add("close/after-end", "The server closes when the job has ended: the client does not come back.",
        rejoins, closed_after_end);
}

}  // namespace uploadproto::conformance
