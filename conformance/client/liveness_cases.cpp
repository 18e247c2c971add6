// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Signs of life in both directions, how many messages a client sends, and the transport without WebSocket.
#include <algorithm>

#include "client/client_cases.hpp"

namespace uploadproto::conformance {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t heartbeats = 3;

std::string_view clause_of_transport(client_trial const& t) {
  return client_rules_of(t.face().name()).transport;
}

void answers_heartbeats(client_trial& t) {
  client_link& link = t.follower();
  for (std::size_t i = 1; i <= heartbeats; ++i) {
    link.beat();
    bool const answered = t.until([&] { return link.pongs() >= i || link.ended() || t.gone(); });
    t.require(clause_of_transport(t), answered && link.pongs() == i,
              {"", "an answer to heartbeat " + std::to_string(i), t.what_it_does()});
  }
  t.end_well(link);
}

/** Each heartbeat comes when the client has every reason to worry, and none to leave. */
void late_heartbeats(client_trial& t) {
  t.behaviour().ping_interval = 400ms;
  t.behaviour().ping_timeout = 1600ms;
  client_link& link = t.follower();
  for (int i = 0; i != 2; ++i) {
    t.pass(1200ms);
    link.beat();
  }
  t.until([&] { return link.pongs() == 2 || link.ended() || t.gone(); });
  t.check(clause_of_transport(t), link.pongs() == 2 && !link.ended(),
          {"", "a client that stays, since each heartbeat came within interval and timeout",
           link.ended() ? "it left" : t.what_it_does()});
  t.end_well(link);
}

void no_heartbeats(client_trial& t) {
  t.behaviour().ping_interval = 300ms;
  t.behaviour().ping_timeout = 600ms;
  client_link& link = t.follower();
  t.behaviour().ping_interval = 25s;
  t.tell(link, t.job().progress().front());
  std::size_t const before = t.server().arrivals().size();
  bool const noticed =
      t.until([&] { return link.ended() || t.server().arrivals().size() != before || t.gone(); });
  t.require(clause_of_transport(t), noticed,
            {"", "a client that leaves a server without heartbeats after 900 ms", t.what_it_does()});
  t.end_well(t.follower_again());
  t.check(clause_of_transport(t), t.shown().ended(),
          {"", "the job's end, told on the next connection", t.what_it_does()});
}

void by_polling(client_trial& t) {
  t.behaviour().websocket = false;
  t.start();
  auto const polls = [&] { return !t.server().links().empty(); };
  auto const insists = [&] { return t.server().arrivals().size() > 2; };
  t.until([&] { return polls() || insists() || t.gone(); });
  if (!polls()) t.skip("the client speaks WebSocket only, which it may");
  client_link& link = t.follower();
  t.tell(link, t.job().progress());
  t.end_well(link);
  t.check_story(client_rules_of(t.face().name()).polling);
}

/** The most messages in any second. */
std::size_t busiest_second(client_link const& link) {
  auto const& all = link.messages();
  std::size_t most = 0;
  for (std::size_t first = 0, last = 0; last != all.size(); ++last) {
    while (all[last].when - all[first].when >= 1s) ++first;
    most = std::max(most, last - first + 1);
  }
  return most;
}

void few_messages(client_trial& t) {
  client_link& link = t.follower();
  auto const steps = t.job().progress();
  for (std::size_t i = 0; i != 150; ++i) {
    t.tell(link, steps[std::min(i / 10, steps.size() - 1)]);
    if (i % 10 == 9) t.pass(100ms);
  }
  std::size_t const most = busiest_second(link), allowed = *t.info().limits.max_inbound_per_second;
  t.check("UP-C1", most <= allowed,
          {"", "at most " + std::to_string(allowed) + " messages in any second", std::to_string(most)});
  t.end_well(link);
}

void regular_pings(client_trial& t) {
  auto const interval = t.target().ping_interval;
  if (!interval)
    t.skip("a ping is due each 30 s; the client was not told another interval (--ping-interval)");
  client_link& link = t.follower();
  bool const alive =
      t.until([&] { return link.signs_of_life().size() >= heartbeats || link.ended() || t.gone(); },
              t.target().patience + heartbeats * *interval);
  t.require("UP-C1", alive && link.signs_of_life().size() >= heartbeats,
            {"", std::to_string(heartbeats) + " pings, " + std::to_string(interval->count()) + " ms apart",
             std::to_string(link.signs_of_life().size()) + " of them"});
  auto const taken = link.signs_of_life()[heartbeats - 1] - link.began_at();
  auto const allowed = heartbeats * *interval * 2;
  t.check("UP-C1", taken <= allowed,
          {"", "within twice their intervals, " + std::to_string(allowed.count()) + " ms",
           std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(taken).count()) + " ms"});
  t.end_well(link);
}

}  // namespace

void add_liveness_cases(client_case_list& all, protocol_face const& face) {
  client_rules const& rules = client_rules_of(face.name());
  auto const add = [&](std::string_view name, std::string_view title, std::string_view clause,
                       void (*run)(client_trial&)) {
    add_client_case(all, face, name, title, {clause}, run);
  };
  add("heartbeat/answers", "The client answers each of the server's heartbeats.", rules.transport,
      answers_heartbeats);
  if (face.info->framing == contract::framing::socketio) {
    add("heartbeat/late", "Heartbeats come late, but within their timeout: the client stays.",
        rules.transport, late_heartbeats);
    add("heartbeat/none", "No heartbeat comes: the client leaves, and follows the job elsewhere.",
        rules.transport, no_heartbeats);
    add("transport/polling", "WebSockets are refused: a client that polls shows the same.", rules.polling,
        by_polling);
  } else {
    add("rate/messages", "The client sends few messages, whatever it is told.", rules.own, few_messages);
    add("rate/pings", "The client keeps itself alive by pings.", rules.own, regular_pings);
  }
}

}  // namespace uploadproto::conformance
