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

bool chosen(std::vector<std::string> const& patterns, std::string_view id) {
  return patterns.empty() ||
         std::ranges::any_of(patterns, [id](std::string const& pattern) { return matches(pattern, id); });
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
  round(std::vector<test_case const*> const& cases, target const& t, run_options const& options,
        unsigned repeat, std::function<void(case_result)> done)
      : cases_(cases), target_(t), options_(options), repeat_(repeat), done_(std::move(done)) {}

  void run() {
    auto const together = [](test_case const* c) { return !c->alone; };
    std::vector<test_case const*> crowd, alone;
    std::ranges::partition_copy(cases_, std::back_inserter(crowd), std::back_inserter(alone), together);
    work_through(crowd, options_.jobs);
    work_through(alone, 1);
  }

 private:
  void work_through(std::vector<test_case const*> const& some, unsigned jobs) {
    next_ = 0;
    std::vector<std::jthread> workers;
    for (unsigned i = 0; i != std::max(1u, jobs); ++i) workers.emplace_back([&] { work(some); });
  }

  void work(std::vector<test_case const*> const& some) {
    for (std::size_t i; (i = next_++) < some.size();) {
      test_case const& c = *some[i];
      case_result result = try_case(c, {.whole = target_,
                                        .side = *target_.find(c.protocol),
                                        .shelf = shelf_,
                                        .seed = seed_of(options_.seed, c.id, repeat_)});
      result.repeat = repeat_;
      std::lock_guard const held(lock_);
      done_(std::move(result));
    }
  }

  std::vector<test_case const*> const& cases_;
  target const& target_;
  run_options const& options_;
  unsigned repeat_;
  std::function<void(case_result)> done_;
  observations shelf_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex lock_;
};

}  // namespace

std::vector<test_case const*> select_cases(std::span<test_case const> all, target const& t,
                                           run_options const& options) {
  std::vector<test_case const*> out;
  for (test_case const& c : all) {
    bool const asked = t.find(c.protocol) &&
                       (options.protocols.empty() || std::ranges::count(options.protocols, c.protocol));
    auto const strictest = level_of(c, t.reference);
    if (asked && strictest && *strictest <= options.level && chosen(options.patterns, c.id))
      out.push_back(&c);
  }
  return out;
}

accounting run_cases(std::vector<test_case const*> const& cases, target const& t, run_options const& options,
                     known_failures known, std::function<void(case_result const&)> const& told) {
  accounting out;
  for (unsigned repeat = 0; repeat != options.repeat; ++repeat) {
    round one(cases, t, options, repeat, [&](case_result result) {
      std::erase_if(result.findings, [&](finding const& f) { return f.level > options.level; });
      result.verdict = known.apply(result.id, result.verdict);
      out.results.push_back(std::move(result));
      told(out.results.back());
    });
    one.run();
  }
  out.dead_patterns = known.dead();
  return out;
}

}  // namespace uploadproto::conformance
