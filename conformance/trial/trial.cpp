// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "trial/trial.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <uploadproto/contract/rest.hpp>

#include "probe/web_url.hpp"
#include "trial/command_output.hpp"
#include "trial/token_forge.hpp"

namespace uploadproto::conformance {
namespace {

constexpr std::chrono::hours token_life{1};

std::string replaced(std::string text, std::string_view place, std::string_view value) {
  for (std::size_t at = 0; (at = text.find(place, at)) != text.npos; at += value.size())
    text.replace(at, place.size(), value);
  return text;
}

/** The text or number at a pointer; empty where there is none. */
std::string text_at(boost::json::value const& json, std::string_view pointer) {
  boost::system::error_code missing;
  boost::json::value const* found = json.find_pointer(pointer, missing);
  if (!found || found->is_null() || found->is_structured()) return {};
  return found->is_string() ? std::string(found->as_string()) : serialize(*found);
}

}  // namespace

trial::trial(test_case const& c, place p)
    : case_(c), target_(p.whole), side_(p.side), shelf_(p.shelf), seed_(p.seed), random_(p.seed) {}

bool trial::check(std::string_view clause, bool holds, breach otherwise) {
  return check_as(shipped_clauses().at(clause).level, clause, holds, std::move(otherwise));
}

bool trial::check_as(level l, std::string_view id, bool holds, breach otherwise) {
  if (std::ranges::find(case_.clauses, id) == case_.clauses.end())
    throw std::logic_error(case_.id + " judges " + std::string(id) + ", which it does not name");
  clause const& asked = shipped_clauses().at(id);
  if (asked.source == source::reference && !target_.reference) return holds;
  findings_.push_back({asked.id, l, holds, holds ? breach() : std::move(otherwise)});
  return holds;
}

void trial::require(std::string_view clause, bool holds, breach otherwise) {
  if (!check(clause, holds, std::move(otherwise))) throw trial_over{verdict::fail, {}};
}

void trial::adopt(judgement const& found, std::string_view clause) {
  clause_judgement const* judged = found.find(clause);
  if (!judged || !judged->judged) give_up("nothing came that " + std::string(clause) + " is about");
  constexpr std::size_t most_shown = 5;
  for (std::size_t i = 0; i != std::min(most_shown, judged->breaches.size()); ++i)
    check(clause, false, judged->breaches[i]);
  if (judged->breaches.empty()) check(clause, true, {});
}

void trial::needs(std::string_view feature) const {
  if (side_.lacks.contains(feature)) skip("the target says that it has no " + std::string(feature));
}

void trial::needs(sample_kind kind) const {
  if (side_.no_samples.contains(kind))
    skip("the target says that it has no " + std::string(name_of(kind)) + " sample");
}

std::string const& trial::needs_secret() const {
  if (target_.tokens.secret.empty()) skip("tokens cannot be signed here: the target names no secret");
  return target_.tokens.secret;
}

void trial::settle(watcher& w) {
  w.begin_fence();
  if (!until([&] { return w.fence_passed(); }))
    throw trial_over{verdict::not_run,
                     "the server does not answer the question that proves silence: " + w.summary()};
}

std::string trial::user(std::string_view who) const {
  if (target_.tokens.secret.empty()) return std::string(who);
  char mark[20];
  std::snprintf(mark, sizeof mark, "-%08x", static_cast<unsigned>(seed_ & 0xFFFFFFFF));
  return std::string(who) + mark;
}

boost::json::object trial::claims(std::string_view who) const {
  auto const now = std::chrono::system_clock::now().time_since_epoch();
  auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(now);
  boost::json::object out;
  for (auto const& [name, value] : target_.tokens.claims) out[name] = value;
  out["sub"] = user(who);
  out["iat"] = seconds.count();
  out["exp"] = (seconds + token_life).count();
  return out;
}

std::string trial::token(std::string_view who) {
  token_source const& source = target_.tokens;
  if (!source.secret.empty()) return hs256(claims(who), source.secret);
  if (!source.command.empty()) return by_command(source.command, who);
  auto const known = source.fixed.find(std::string(who));
  if (known != source.fixed.end()) return known->second;
  if (source.fixed.empty()) return {};
  skip("the target names no token for " + std::string(who));
}

std::string trial::by_command(std::string command, std::string_view who) {
  command = replaced(std::move(command), "{user}", user(who));
  if (command.find("{token}") != command.npos) command = replaced(std::move(command), "{token}", token(who));
  world_.wire().add("command", trace::direction::sent, command);
  return command_output(command);
}

std::string trial::ticket(std::string_view who) {
  request_recipe const& recipe = side_.ticket;
  if (!recipe.command.empty()) return by_command(recipe.command, who);
  http_call call;
  call.method = recipe.method;
  call.url = joined_rest(recipe.path);
  call.headers = recipe.headers;
  http_reply const reply = request(with_token(std::move(call), token(who)), who);
  std::string found = text_at(reply.json(), recipe.pointer);
  if (found.empty())
    throw trial_over{verdict::error, "no ticket at " + recipe.pointer + " of the answer: " + reply.summary()};
  return found;
}

std::string trial::name_for(std::string_view who) {
  return std::string(who) + '/' + std::to_string(++connections_);
}

socketio_options trial::socketio_entrance(std::string_view who, entrance const& e) {
  socketio_options out;
  out.url = side_.url;
  out.path = info().path;
  out.nsp = info().nsp;
  out.transport = e.transport.value_or(target_.transport);
  std::string const given = e.token ? *e.token : info().auth.required ? token(who) : std::string();
  if (!given.empty()) out.auth = boost::json::object{{info().auth.member, given}};
  return out;
}

std::string trial::websocket_entrance(std::string_view job, std::string_view given) const {
  std::string url = joined(side_.url, contract::path_for(info().path, job));
  if (!given.empty()) url += '?' + std::string(info().auth.query) + '=' + query_value(given);
  return url;
}

watcher& trial::keep(std::unique_ptr<watcher> w) {
  watchers_.push_back(std::move(w));
  return *watchers_.back();
}

watcher& trial::enter(std::string_view who, std::string_view job, entrance e) {
  bool const framed = info().framing == contract::framing::socketio;
  std::unique_ptr<watcher> made;
  if (framed)
    made = std::make_unique<watcher>(world_, face(), name_for(who), socketio_entrance(who, e));
  else
    made =
        std::make_unique<watcher>(world_, face(), name_for(who),
                                  websocket_entrance(job, e.token ? *e.token : ticket(who)), http_fields());
  watcher& w = keep(std::move(made));
  if (e.wait) until([&] { return w.ready() || w.over(); });
  return w;
}

watcher& trial::admitted(std::string_view who, std::string_view job, entrance e) {
  e.wait = true;
  watcher& w = enter(who, job, std::move(e));
  if (!w.ready()) require(case_.clauses.front(), false, {"", "a client that is let in", w.summary()});
  return w;
}

socketio_probe& trial::open_socketio(std::string_view who, socketio_options o) {
  return sockets_.emplace_back(world_, name_for(who), std::move(o));
}

websocket_probe& trial::open_websocket(std::string_view who, std::string url, http_fields headers) {
  return websockets_.emplace_back(world_, name_for(who), std::move(url), std::move(headers));
}

std::string trial::joined_rest(std::string_view path) const {
  return joined(side_.rest_url, path);
}

std::shared_ptr<http_reply const> trial::begin(http_call call, std::string_view who) {
  return begin_request(world_, name_for(who), std::move(call));
}

http_reply trial::request(http_call call, std::string_view who) {
  auto const reply = begin(std::move(call), who);
  if (!until([&] { return reply->done; })) {
    http_reply none;
    none.error = "nothing within " + std::to_string(patience().count()) + " ms";
    return none;
  }
  return *reply;
}

http_call trial::with_token(http_call call, std::string_view given) const {
  if (!given.empty()) call.headers.emplace_back("Authorization", "Bearer " + std::string(given));
  return call;
}

std::string trial::uuid() {
  char text[40];
  std::uint64_t const a = random_(), b = random_();
  std::snprintf(text, sizeof text, "%08x-%04x-4%03x-%04x-%012llx", static_cast<unsigned>(a >> 32),
                static_cast<unsigned>(a >> 16 & 0xFFFF), static_cast<unsigned>(a & 0xFFF),
                static_cast<unsigned>((b >> 48 & 0x3FFF) | 0x8000),
                static_cast<unsigned long long>(b & 0xFFFFFFFFFFFF));
  return text;
}

std::string trial::fresh_id() {
  return uuid();
}

http_call trial::upload_call(sample_file const& file, std::string_view who, std::string_view id) {
  upload_recipe const& recipe = side_.upload;
  http_call call;
  call.method = recipe.request.method;
  call.url = joined_rest(recipe.request.path);
  call.headers = recipe.request.headers;
  http_fields fields = recipe.form;
  if (!id.empty()) fields.emplace_back(recipe.job_id_field, std::string(id));
  set_form(call, fields, {recipe.field, file.name, file.media_type, file.bytes});
  return with_token(std::move(call), token(who));
}

http_call trial::job_call(sample_kind kind, std::string_view who, std::string_view id) {
  if (!is_message(kind)) return upload_call(sample_for(side_, kind), who, id);
  http_call call;
  call.method = side_.send.method;
  call.url = joined_rest(side_.send.path);
  call.headers = side_.send.headers;
  call.headers.emplace_back("Content-Type", "application/json");
  call.body = message_sample();
  return call;
}

std::string trial::job_in(http_reply const& reply, sample_kind kind) const {
  request_recipe const& recipe = is_message(kind) ? side_.send : side_.upload.request;
  return text_at(reply.json(), recipe.pointer);
}

std::string trial::start_job(sample_kind kind, std::string_view who, std::string_view id) {
  needs(kind);
  if (std::string const& command = side_.upload.request.command; !command.empty()) {
    sample_file_on_disk const file(sample_for(side_, kind).bytes, sample_for(side_, kind).name);
    return by_command(replaced(replaced(command, "{file}", file.path()), "{job_id}", id), who);
  }
  http_reply const reply = request(job_call(kind, who, id), who);
  std::string found = job_in(reply, kind);
  if (found.empty()) throw trial_over{verdict::error, "no job was made: " + reply.summary()};
  return found;
}

followed_job trial::follow(sample_kind kind, std::string_view who, entrance e) {
  needs(kind);
  bool const addressed = info().framing == contract::framing::json;
  std::string const id = chooses_ids() ? fresh_id() : std::string();
  watcher& owner = admitted(who, addressed ? id : std::string_view(), std::move(e));
  if (!id.empty()) {
    owner.subscribe(id);
    settle(owner);
  }
  followed_job job{.id = start_job(kind, who, id), .owner = &owner};
  bool const needs_joining = !info().broadcast && info().user_room.empty() && !addressed;
  if (id.empty() && needs_joining) {
    owner.subscribe(job.id);
    job.how.from_the_start = false;
  }
  if (info().rest.parts.pointer.size() && !is_message(kind)) job.id = part_of_upload(owner, kind);
  until([&] { return owner.heard_end_of(job.id) || owner.over(); });
  settle(owner);
  job.events = owner.heard_of(job.id);
  return job;
}

/** The one job that the upload of a short file has become, known by its number of rows. */
std::string trial::part_of_upload(watcher& owner, sample_kind kind) {
  if (kind != sample_kind::failing && kind != sample_kind::bad_row)
    give_up("this upload becomes several jobs");
  std::string found;
  until([&] {
    for (observed_event const& e : owner.heard()) {
      boost::system::error_code missing;
      auto const* rows = e.payload.find_pointer("/data/rowCount", missing);
      if (rows && *rows == failing_orders) found = job_of(face(), e);
    }
    return !found.empty();
  });
  if (found.empty()) throw trial_over{verdict::not_run, "no batch of the upload was announced"};
  return found;
}

judgement const& trial::observed(sample_kind kind) {
  needs(kind);
  seen_ = shelf_.of(side_.name(), kind, [&] {
    followed_job const job = follow(kind);
    observation made;
    judge_job(made.found, face(), job.events, job.how);
    for (observed_event const& e : job.owner->heard())
      if (kind_of(face(), e) == contract::event_kind::notice) judge_event(made.found, face(), e);
    made.trace = world_.wire().render();
    return made;
  });
  return seen_->found;
}

case_result trial::finish(verdict how, std::string reason) {
  case_result out;
  out.id = case_.id;
  out.protocol = case_.protocol;
  out.clauses = case_.clauses;
  out.findings = std::move(findings_);
  verdict const found = verdict_of(out.findings);
  bool const decided = found == verdict::fail || how == verdict::pass || how == verdict::fail;
  out.verdict = decided ? found : how;
  out.reason = without_tokens(reason);
  if (out.verdict == verdict::not_run && out.reason.empty()) out.reason = "nothing was judged";
  out.trace = world_.wire().lines().empty() && seen_ ? seen_->trace : world_.wire().render();
  out.took = std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - began_);
  out.seed = seed_;
  return out;
}

case_result try_case(test_case const& c, trial::place p) {
  trial one(c, p);
  try {
    c.run(one);
  } catch (trial_over const& over) {
    return one.finish(over.how, over.reason);
  } catch (std::exception const& e) {
    return one.finish(verdict::error, e.what());
  }
  return one.finish(verdict::pass, {});
}

}  // namespace uploadproto::conformance
