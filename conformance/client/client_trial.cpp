// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "client/client_trial.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cstdio>

#include "clauses/clause_book.hpp"
#include "trial/token_forge.hpp"
#include "trial/trial.hpp"

namespace uploadproto::conformance {
namespace {

/** An id as the protocol's jobs have it, another one for each seed. */
std::string job_id(contract::protocol_info const& info, std::uint64_t seed) {
  char text[64];
  bool const numbered = info.rest.job_id_field.empty() && info.rest.parts.pointer.empty();
  auto const high = static_cast<unsigned long long>(seed >> 32), low = static_cast<unsigned long long>(seed);
  if (numbered)
    std::snprintf(text, sizeof text, "job-17325312%05llu-%04llu", high % 100000, low % 10000);
  else
    std::snprintf(text, sizeof text, "%08llx-%04llx-4%03llx-8%03llx-%012llx", high & 0xFFFFFFFF,
                  low >> 16 & 0xFFFF, low >> 8 & 0xFFF, low & 0xFFF, low * 31 & 0xFFFFFFFFFFFF);
  return text;
}

/** Any client that looks into its token finds a user there; the scripted server compares it as a whole. */
std::string made_up_token(std::uint64_t seed) {
  auto const now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
  return hs256(boost::json::object{{"sub", "alice-" + std::to_string(seed % 100000)},
                                   {"type", "access"},
                                   {"iat", now.count()},
                                   {"exp", now.count() + 3600}},
               "a secret that nobody else has, for nothing real");
}

bool is_ours(announcement const& one, std::string const& job) {
  std::string const named = one.text("job_id");
  return named.empty() || named == job;
}

}  // namespace

client_trial::client_trial(client_case const& c, client_target const& t, std::uint64_t seed)
    : case_(c),
      target_(t),
      seed_(seed),
      token_(t.face->info->auth.required ? made_up_token(seed) : std::string()),
      job_(*t.face, job_id(*t.face->info, seed)),
      server_(world_, *t.face, t.listen, job_.id(), token_) {
  server_.description = [this] { return job_.described(told_); };
}

client_places client_trial::place_names() {
  return {{"protocol", {}},   {"url", {}},   {"rest_url", {}}, {"ws_url", {}},
          {"ticket_url", {}}, {"token", {}}, {"job_id", {}}};
}

void client_trial::start() {
  if (process_) return;
  std::string const url = server_.url(), ticket = std::string(info().rest.ticket_path);
  client_places places = place_names();
  places["protocol"] = info().name;
  places["url"] = places["rest_url"] = url;
  places["ws_url"] = "ws" + url.substr(4);
  if (!ticket.empty()) places["ticket_url"] = url + ticket;
  places["token"] = token_;
  places["job_id"] = job_.id();
  process_.emplace(world_, target_.command, places, [this](std::string_view line) { shown_.add(line); });
}

client_link* client_trial::next_link(std::chrono::milliseconds patience) {
  start();
  auto const there = [this] { return server_.links().size() > links_taken_; };
  until([&] { return there() || gone(); }, patience);
  return there() ? &server_.links()[links_taken_++] : nullptr;
}

bool client_trial::follows(client_link const& link) const {
  event_face const* const wanted = face().client_event(contract::client_action::subscribe);
  if (!wanted) return link.admitted();
  return std::ranges::any_of(link.subscriptions(), [&](boost::json::value const& payload) {
    return wanted->text(payload, contract::role::job_id) == job_.id();
  });
}

client_link& client_trial::follower() {
  return follower(target_.patience);
}

client_link& client_trial::follower_again() {
  return follower(target_.longest_wait);
}

client_link& client_trial::follower(std::chrono::milliseconds patience) {
  for (auto const last = clock::now() + patience;;) {
    auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(last - clock::now());
    client_link* const link = next_link(left);
    if (!link) break;
    until([&] { return follows(*link) || link->ended() || finished(); });
    if (follows(*link)) return *link;
    if (!link->ended()) break;  // it stays, and asks for nothing
  }
  require(case_.clauses.front(), false,
          {"", "a connection that is let in and follows the job " + job_.id(), what_it_does()});
  throw std::logic_error("not reached");
}

std::string client_trial::what_it_does() const {
  if (gone()) return "the client has ended with exit code " + std::to_string(process_->exit_code());
  if (server_.arrivals().empty()) return "the client has not come";
  std::string out = std::to_string(server_.arrivals().size()) + " requests to come in";
  if (!shown_.all().empty()) out += "; it last said " + serialize(shown_.all().back().whole);
  return out;
}

void client_trial::tell(client_link& link, told_event const& event) {
  told_.push_back(event);
  link.tell(event);
}

void client_trial::tell(client_link& link, std::vector<told_event> const& events) {
  for (told_event const& event : events) tell(link, event);
}

void client_trial::end_well(client_link& link) {
  if (!told_.empty()) await_bar();
  tell(link, job_.untold(told_));
  tell(link, job_.completed());
  until([&] { return finished(); });
}

void client_trial::end_badly(client_link& link, std::string_view why) {
  if (!told_.empty()) await_bar();
  tell(link, job_.failed(why));
  until([&] { return finished(); });
}

void client_trial::await_bar() {
  until([&] { return !shown_.bars().empty() || finished(); });
}

bool client_trial::check(std::string_view id, bool holds, breach otherwise) {
  if (std::ranges::find(case_.clauses, id) == case_.clauses.end())
    throw std::logic_error(case_.id + " judges " + std::string(id) + ", which it does not name");
  findings_.push_back(
      {std::string(id), shipped_clauses().at(id).level, holds, holds ? breach() : std::move(otherwise)});
  return holds;
}

void client_trial::require(std::string_view clause, bool holds, breach otherwise) {
  if (!check(clause, holds, std::move(otherwise))) throw trial_over{verdict::fail, {}};
}

void client_trial::skip(std::string reason) const {
  throw trial_over{verdict::skip, std::move(reason)};
}

void client_trial::give_up(std::string reason) const {
  throw trial_over{verdict::not_run, std::move(reason)};
}

void client_trial::check_bar(std::string_view clause) {
  check(clause, !shown_.bars().empty(), {"", "a bar that is shown", what_it_does()});
  double highest = 0;
  for (announcement const* const one : shown_.bars()) {
    if (!is_ours(*one, job_.id())) continue;
    double const now = *one->bar();
    if (!check(clause, now >= highest,
               {"", "a bar that only rises: at least " + std::to_string(highest), serialize(one->whole)}))
      return;
    highest = now;
  }
}

void client_trial::check_story(std::string_view clause, std::string_view result) {
  check_bar(clause);
  auto const ends = shown_.of("end");
  std::string came = std::to_string(ends.size()) + " of them; " + what_it_does();
  if (!check(clause, ends.size() == 1, {"", "one announcement of the job's end", came})) return;
  check(clause, ends.front()->text("result") == result,
        {"/result", std::string(result), serialize(ends.front()->whole)});
  bool const last = shown_.bars().empty() || shown_.bars().back()->when <= ends.front()->when;
  check(clause, last, {"", "no progress behind the end", last ? "" : serialize(shown_.bars().back()->whole)});
}

case_result client_trial::finish(verdict how, std::string reason) {
  case_result out;
  out.id = case_.id;
  out.protocol = case_.protocol;
  out.clauses = case_.clauses;
  out.findings = std::move(findings_);
  verdict const found = verdict_of(out.findings);
  bool const decided = found == verdict::fail || how == verdict::pass || how == verdict::fail;
  out.verdict = decided ? found : how;
  out.reason = std::move(reason);
  if (out.verdict == verdict::not_run && out.reason.empty()) out.reason = "nothing was judged";
  out.trace = world_.wire().render();
  out.took = std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - began_);
  out.seed = seed_;
  return out;
}

case_result try_case(client_case const& c, client_target const& t, std::uint64_t seed) {
  try {
    client_trial one(c, t, seed);
    try {
      c.run(one);
    } catch (trial_over const& over) {
      return one.finish(over.how, over.reason);
    } catch (std::exception const& e) {
      return one.finish(verdict::error, e.what());
    }
    return one.finish(verdict::pass, {});
  } catch (std::exception const& e) {
    case_result none;
    none.id = c.id;
    none.protocol = c.protocol;
    none.clauses = c.clauses;
    none.reason = e.what();
    none.seed = seed;
    return none;
  }
}

}  // namespace uploadproto::conformance
