// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "mutants/hunt.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

#include "cases/all_cases.hpp"
#include "trial/trial.hpp"

namespace uploadproto::conformance {
namespace {

/** The same for the same name on every machine (FNV-1a). */
std::uint64_t seed_of(std::string_view name) {
  std::uint64_t hash = 14695981039346656037u;
  for (char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash;
}

test_case const& case_called(std::string_view id) {
  return *std::ranges::find(all_cases(), id, &test_case::id);
}

/** The case before the hooks of a relay. One that counts what others do has a server of its own: messages of
    the case before it may still be under way. */
case_result meet(test_case const& c, std::string_view seed, relay_hooks hooks,
                 reference_process const& server, hunt_options const& options, transport by) {
  std::optional<reference_process> own;
  if (c.alone) own.emplace(options.server);
  reference_process const& behind = own ? *own : server;
  relay const between(behind.urls(), behind.secret(), std::move(hooks));
  target const t = target_behind(between, behind.secret(), options.patience, by);
  observations shelf;
  return try_case(c, {.whole = t, .side = *t.find(c.protocol), .shelf = shelf, .seed = seed_of(seed)});
}

hunt_options patient(hunt_options options) {
  options.patience *= 3;
  return options;
}

std::string first_breach(case_result const& r) {
  for (finding const& f : r.findings)
    if (!f.holds) return f.clause + ": expected " + f.what.expected + ", came " + f.what.came;
  return r.reason;
}

hunted judge_mutant(mutant const& m, case_result result) {
  hunted out{.id = m.id,
             .clause = m.clause,
             .does = m.does,
             .result = std::move(result),
             .good = false,
             .reason = {}};
  out.good = std::ranges::any_of(out.result.findings,
                                 [&](finding const& f) { return !f.holds && f.clause == m.clause; });
  if (!out.good)
    out.reason = m.killed_by + " says " + std::string(name_of(out.result.verdict)) + ' ' +
                 first_breach(out.result) + " (" + std::to_string(out.result.findings.size()) + " findings)";
  return out;
}

hunted judge_unmutated(test_case const& c, case_result result) {
  bool const good = result.verdict == verdict::pass || result.verdict == verdict::skip;
  hunted out{
      .id = c.id, .clause = {}, .does = c.title, .result = std::move(result), .good = good, .reason = {}};
  if (!good) out.reason = std::string(name_of(out.result.verdict)) + ' ' + first_breach(out.result);
  return out;
}

/** Does `number` pieces of work, each worker with a server of its own. */
std::vector<hunted> work_through(std::size_t number, hunt_options const& options, hunt_listener const& told,
                                 std::function<hunted(std::size_t, reference_process const&)> const& work) {
  std::vector<hunted> out(number);
  std::atomic<std::size_t> next = 0;
  std::mutex telling;
  std::exception_ptr failed;
  {
    std::vector<std::jthread> workers;
    std::size_t const jobs = std::min<std::size_t>(std::max(1u, options.jobs), number);
    for (std::size_t j = 0; j != jobs; ++j)
      workers.emplace_back([&] {
        try {
          reference_process const server(options.server);
          for (std::size_t i; (i = next++) < number;) {
            out[i] = work(i, server);
            std::lock_guard const held(telling);
            told(out[i]);
          }
        } catch (...) {
          std::lock_guard const held(telling);
          failed = std::current_exception();
          next = number;
        }
      });
  }
  if (failed) std::rethrow_exception(failed);
  return out;
}

}  // namespace

target target_behind(relay const& between, std::string secret, std::chrono::milliseconds patience,
                     transport by) {
  target out = default_target();
  out.name = "reference server behind a relay";
  out.tokens.secret = std::move(secret);
  out.patience = patience;
  out.transport = by;
  for (protocol_target& p : out.protocols) {
    p.url = between.url(p.name());
    p.rest_url = p.face->info->rest.port ? between.url("producers") : p.url;
  }
  return out;
}

std::vector<hunted> hunt_mutants(std::vector<mutant const*> const& mutants, hunt_options const& options,
                                 hunt_listener const& told) {
  return work_through(mutants.size(), options, told, [&](std::size_t i, reference_process const& server) {
    mutant const& m = *mutants[i];
    auto const attempt = [&](hunt_options const& how) {
      return judge_mutant(m,
                          meet(case_called(m.killed_by), m.id, m.make(), server, how, transport::websocket));
    };
    hunted first = attempt(options);
    return first.good ? first : attempt(patient(options));  // a busy machine is no better server
  });
}

std::vector<hunted> try_unmutated(std::vector<test_case const*> const& cases, transport by,
                                  hunt_options const& options, hunt_listener const& told) {
  hunt_options const unhurried =
      patient(options);  // nothing is missing here, so nothing is waited for in vain
  return work_through(cases.size(), unhurried, told, [&](std::size_t i, reference_process const& server) {
    test_case const& c = *cases[i];
    return judge_unmutated(c, meet(c, c.id, {}, server, unhurried, by));
  });
}

}  // namespace uploadproto::conformance
