// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <cstdio>

#include "clauses/clause_book.hpp"
#include "command/commands.hpp"
#include "command/text_file.hpp"
#include "recording/judge_recording.hpp"
#include "report/markup.hpp"
#include "report/report.hpp"

namespace uploadproto::conformance {
namespace {

constexpr std::size_t most_shown = 5;  ///< breaches of a clause

/** A result a clause, as if it were a case. */
accounting results_of(recording_findings const& found) {
  accounting out;
  for (auto const& [protocol, judged] : found.protocols)
    for (auto const& [id, clause] : judged.all()) {
      auto const& asked = shipped_clauses().at(id);
      if (asked.source == source::reference || clause.judged == 0) continue;
      case_result one;
      one.id = "recording/" + protocol + '/' + id;
      one.protocol = protocol;
      one.clauses = {id};
      for (std::size_t i = 0; i != std::min<std::size_t>(most_shown, clause.breaches.size()); ++i)
        one.findings.push_back({id, asked.level, false, clause.breaches[i]});
      if (clause.breaches.empty()) one.findings.push_back({id, asked.level, true, {}});
      one.verdict = verdict_of(one.findings);
      out.results.push_back(std::move(one));
    }
  return out;
}

void print_result(std::FILE* to, case_result const& r) {
  std::fprintf(to, "%-6s %s\n", std::string(name_of(r.verdict)).c_str(), r.id.c_str());
  for (finding const& f : r.findings) {
    if (f.holds) continue;
    clause const& broken = shipped_clauses().at(f.clause);
    std::fprintf(to, "    %s (%s): %s\n", f.clause.c_str(), std::string(name_of(f.level)).c_str(),
                 broken.text.c_str());
    if (!f.what.pointer.empty()) std::fprintf(to, "      at       %s\n", readable(f.what.pointer).c_str());
    std::fprintf(to, "      expected %s\n      came     %s\n", readable(f.what.expected).c_str(),
                 readable(f.what.came).c_str());
  }
}

void print_rest(std::FILE* to, recording_findings const& found, accounting const& all) {
  std::fprintf(to, "\n%zu events of %zu jobs", found.events, found.jobs.size());
  if (found.jobs_begun_before)
    std::fprintf(to, "; %zu heard from their middle on, so their beginning is not judged",
                 found.jobs_begun_before);
  if (found.jobs_without_end)
    std::fprintf(to, "; %zu whose end is not in the recording", found.jobs_without_end);
  std::fputs("\n", to);
  for (std::string const& note : found.not_judged)
    std::fprintf(to, "not judged: %s\n", readable(note).c_str());
  for (std::string const& o : all.objections()) std::fprintf(to, "not a success: %s\n", o.c_str());
}

}  // namespace

int run(check_recording_command const& c) {
  recording_findings found;
  try {
    found = judge_recording(read_recording(text_of(c.file)), c.protocol);
  } catch (bad_recording const& e) {
    throw bad_call(c.file + ": " + e.what());
  }
  accounting const all = results_of(found);
  std::FILE* const to = c.json_file == "-" ? stderr : stdout;
  for (case_result const& r : all.results) print_result(to, r);
  print_rest(to, found, all);
  if (!c.json_file.empty())
    write_to(c.json_file,
             json_report(all, {.target = c.file, .version = UPLOADPROTO_VERSION, .program = ""}));
  return all.exit_code();
}

}  // namespace uploadproto::conformance
