// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// The suite's proof that it can fail: servers that each break one clause, before the cases that must notice.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <set>

#include "cases/all_cases.hpp"
#include "clauses/clause_book.hpp"
#include "mutants/hunt.hpp"
#include "run/run_options.hpp"
#include "verdict/accounting.hpp"

namespace {

namespace conf = uploadproto::conformance;

struct options {
  conf::hunt_options hunt;
  std::vector<std::string> patterns;
  std::string json_file;
  bool list = false, coverage = false, trace = false;
};

bool chosen(options const& o, std::string_view id) {
  return o.patterns.empty() ||
         std::ranges::any_of(o.patterns, [id](auto const& p) { return conf::matches(p, id); });
}

std::vector<conf::mutant const*> chosen_mutants(options const& o) {
  std::vector<conf::mutant const*> out;
  for (conf::mutant const& m : conf::all_mutants())
    if (chosen(o, m.id)) out.push_back(&m);
  return out;
}

std::vector<conf::crude_server const*> chosen_crude(options const& o) {
  std::vector<conf::crude_server const*> out;
  for (conf::crude_server const& c : conf::crude_servers())
    if (chosen(o, c.id)) out.push_back(&c);
  return out;
}

/** The cases that mutants are meant for. */
std::vector<conf::test_case const*> named_cases(std::vector<conf::mutant const*> const& mutants) {
  std::set<std::string_view> names;
  for (conf::mutant const* m : mutants) names.insert(m->killed_by);
  std::vector<conf::test_case const*> out;
  for (conf::test_case const& c : conf::all_cases())
    if (names.contains(c.id)) out.push_back(&c);
  return out;
}

/** MUST clauses that a case judges and no mutant breaks. */
std::vector<std::string> unbroken_clauses() {
  std::set<std::string_view> judged, broken;
  for (conf::test_case const& c : conf::all_cases()) judged.insert(c.clauses.begin(), c.clauses.end());
  for (conf::mutant const& m : conf::all_mutants()) broken.insert(m.clause);
  std::vector<std::string> out;
  for (conf::clause const& c : conf::shipped_clauses().all())
    if (c.level == conf::level::must && judged.contains(c.id) && !broken.contains(c.id)) out.push_back(c.id);
  return out;
}

void tell(char const* good, char const* bad, options const& o, conf::hunted const& h) {
  std::printf("%-9s %-44s %-6s %5lld ms  %s\n", h.good ? good : bad, h.id.c_str(), h.clause.c_str(),
              static_cast<long long>(h.result.took.count()), h.good ? h.does.c_str() : h.reason.c_str());
  if (o.trace) std::printf("%s", h.result.trace.c_str());
  std::fflush(stdout);
}

std::size_t good_ones(std::vector<conf::hunted> const& all) {
  return static_cast<std::size_t>(std::ranges::count(all, true, &conf::hunted::good));
}

/** Whether the cases pass where nothing is wrong: without that, a mutant's death proves nothing. */
bool cases_pass(options const& o, std::vector<conf::test_case const*> const& cases) {
  bool all_good = true;
  for (auto const& [by, name] :
       {std::pair{conf::transport::websocket, "websocket"}, {conf::transport::polling, "polling"}}) {
    std::size_t skipped = 0;
    auto const results = conf::try_unmutated(cases, by, o.hunt, [&](conf::hunted const& h) {
      skipped += h.result.verdict == conf::verdict::skip;
      if (!h.good) tell("passes", "FAILS", o, h);
    });
    std::printf("%zu of %zu cases pass through the unmutated relay by %s (%zu of them skipped)\n",
                good_ones(results), cases.size(), name, skipped);
    all_good = all_good && good_ones(results) == cases.size();
  }
  return all_good;
}

/** Whether a server that is none is told from a good one by a whole run. */
bool told_apart(conf::crude_server const& crude, conf::reference_process const& server) {
  constexpr std::chrono::milliseconds short_patience{200};
  conf::relay const between(server.urls(), server.secret(), crude.make());
  conf::target const t =
      conf::target_behind(between, server.secret(), short_patience, conf::transport::websocket);
  conf::run_options run;
  run.jobs = 16;
  auto const cases = conf::select_cases(conf::all_cases(), t, run);
  auto const all = conf::run_cases(cases, t, run, {}, [](conf::case_result const&) {});
  auto counts = all.counts();
  bool const good = all.exit_code() == 1 && counts[conf::verdict::fail] > 0;
  std::printf("%-9s %-44s %zu of %zu cases pass, %zu fail, %zu are not run  %s\n",
              good ? "killed" : "SURVIVES", crude.id.c_str(), counts[conf::verdict::pass], cases.size(),
              counts[conf::verdict::fail], counts[conf::verdict::not_run] + counts[conf::verdict::error],
              crude.does.c_str());
  return good;
}

void write_json(std::string const& file, std::vector<conf::hunted> const& all) {
  if (file.empty()) return;
  boost::json::array rows;
  for (conf::hunted const& h : all)
    rows.push_back({{"id", h.id},
                    {"clause", h.clause},
                    {"does", h.does},
                    {"case", h.result.id},
                    {"killed", h.good},
                    {"reason", h.reason},
                    {"milliseconds", h.result.took.count()}});
  std::ofstream out(file);
  out << boost::json::value{{"mutants", all.size()}, {"killed", good_ones(all)}, {"results", std::move(rows)}}
      << '\n';
  if (!out.flush()) throw std::runtime_error(file + ": cannot be written");
}

int list_mutants(options const& o) {
  for (conf::mutant const* m : chosen_mutants(o))
    std::printf("%-44s %-6s %-40s %s\n", m->id.c_str(), m->clause.c_str(), m->killed_by.c_str(),
                m->does.c_str());
  return 0;
}

int show_coverage() {
  auto const missing = unbroken_clauses();
  for (std::string const& id : missing)
    std::printf("%-6s is judged by a case and broken by no mutant\n", id.c_str());
  std::printf("%zu mutants; %zu MUST clauses that a case judges have none\n", conf::all_mutants().size(),
              missing.size());
  return missing.empty() ? 0 : 1;
}

int run(options const& o) {
  if (o.list) return list_mutants(o);
  if (o.coverage) return show_coverage();
  auto const mutants = chosen_mutants(o);
  auto const crude = chosen_crude(o);
  if (mutants.empty() && crude.empty()) throw std::invalid_argument("no mutant is called like that");
  bool good = cases_pass(o, named_cases(mutants));
  auto const all =
      conf::hunt_mutants(mutants, o.hunt, [&](conf::hunted const& h) { tell("killed", "SURVIVES", o, h); });
  if (!crude.empty()) {
    conf::reference_process const server(o.hunt.server);
    for (conf::crude_server const* one : crude) good = told_apart(*one, server) && good;
  }
  if (o.patterns.empty()) good = show_coverage() == 0 && good;
  write_json(o.json_file, all);
  std::printf("%zu of %zu mutants killed\n", good_ones(all), all.size());
  return good && good_ones(all) == all.size() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  options o;
  unsigned patience = static_cast<unsigned>(o.hunt.patience.count());
  CLI::App app("Proves that the conformance suite can fail: mutant servers before the cases meant for them");
  app.add_option("--server", o.hunt.server, "The reference server's program")->check(CLI::ExistingFile);
  app.add_option("--jobs", o.hunt.jobs, "Mutants at a time")->capture_default_str();
  app.add_option("--mutant", o.patterns, "Only mutants whose ids are like this; repeatable");
  app.add_option("--json", o.json_file, "Write the results to this file");
  app.add_option("--patience", patience, "Milliseconds to wait for what must come")->capture_default_str();
  app.add_flag("--trace", o.trace, "Show what went over the wire");
  app.add_flag("--list", o.list, "Name the mutants");
  app.add_flag("--coverage", o.coverage, "Name the MUST clauses that a case judges and no mutant breaks");
  CLI11_PARSE(app, argc, argv);
  o.hunt.patience = std::chrono::milliseconds(patience);
  try {
    if (!o.list && !o.coverage && o.hunt.server.empty()) throw std::invalid_argument("--server is needed");
    return run(o);
  } catch (std::exception const& e) {
    std::fprintf(stderr, "uploadproto-conformance-self-test: %s\n", e.what());
    return 2;
  }
}
