// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <algorithm>
#include <mutex>
#include <thread>

#include "clauses/clause_book.hpp"
#include "run/run_options.hpp"
#include "trial/trial.hpp"

namespace uploadproto::conformance {
namespace {

/** The strictest level of its clauses that this target is asked; nothing: it is asked none of them. */
std::optional<level> level_of(test_case const& c, bool reference) {
  std::optional<level> out;
  for (std::string const& id : c.clauses) {
    clause const& one = shipped_clauses().at(id);
    if (one.source == source::reference && !reference) continue;
    if (!out || one.level < *out) out = one.level;
  }
  return out;
}

/** The same for the same seed, case and repetition, on every machine (FNV-1a). */
std::uint64_t seed_of(std::uint64_t seed, std::string_view id, unsigned repeat) {
  std::uint64_t hash = 14695981039346656037u ^ seed * 0x9E3779B97F4A7C15u ^ repeat * 0xBF58476D1CE4E5B9u;
  for (char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash ^ hash >> 31;
}

/** Works through one repetition. */
class round {
 public:
  round(std::vector<case_work> const& all, unsigned jobs, std::function<void(case_work const&)> run)
      : all_(all), run_(std::move(run)) {
    std::vector<case_work const*> crowd, alone;
    for (case_work const& one : all_) (one.alone ? alone : crowd).push_back(&one);
    work_through(crowd, jobs);
    work_through(alone, 1);
  }

 private:
  void work_through(std::vector<case_work const*> const& some, unsigned jobs) {
    next_ = 0;
    std::vector<std::jthread> workers;
    for (unsigned i = 0; i != std::max(1u, jobs); ++i)
      workers.emplace_back([&] {
        for (std::size_t at; (at = next_++) < some.size();) run_(*some[at]);
      });
  }

  std::vector<case_work> const& all_;
  std::function<void(case_work const&)> run_;
  std::atomic<std::size_t> next_ = 0;
};

}  // namespace

bool is_chosen(run_options const& options, std::string_view id) {
  return options.patterns.empty() || std::ranges::any_of(options.patterns, [id](std::string const& pattern) {
           return matches(pattern, id);
         });
}

std::vector<test_case const*> select_cases(std::span<test_case const> all, target const& t,
                                           run_options const& options) {
  std::vector<test_case const*> out;
  for (test_case const& c : all) {
    bool const asked = t.find(c.protocol) &&
                       (options.protocols.empty() || std::ranges::count(options.protocols, c.protocol));
    auto const strictest = level_of(c, t.reference);
    if (asked && strictest && *strictest <= options.level && is_chosen(options, c.id)) out.push_back(&c);
  }
  return out;
}

accounting run_work(work_maker const& make, run_options const& options, known_failures known,
                    std::function<void(case_result const&)> const& told) {
  accounting out;
  std::mutex lock;
  for (unsigned repeat = 0; repeat != options.repeat; ++repeat) {
    std::vector<case_work> const all = make();
    round(all, options.jobs, [&](case_work const& one) {
      case_result result = one.run(seed_of(options.seed, one.id, repeat));
      std::lock_guard const held(lock);
      result.repeat = repeat;
      std::erase_if(result.findings, [&](finding const& f) { return f.level > options.level; });
      result.verdict = known.apply(result.id, result.verdict);
      out.results.push_back(std::move(result));
      told(out.results.back());
    });
  }
  out.dead_patterns = known.dead();
  return out;
}

accounting run_cases(std::vector<test_case const*> const& cases, target const& t, run_options const& options,
                     known_failures known, std::function<void(case_result const&)> const& told) {
  auto const make = [&] {
    auto const shelf = std::make_shared<observations>();
    std::vector<case_work> all;
    for (test_case const* c : cases)
      all.push_back({c->id, c->alone, [c, &t, shelf](std::uint64_t seed) {
                       return try_case(
                           *c, {.whole = t, .side = *t.find(c->protocol), .shelf = *shelf, .seed = seed});
                     }});
    return all;
  };
  return run_work(make, options, std::move(known), told);
}

}  // namespace uploadproto::conformance
