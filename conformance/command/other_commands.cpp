// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>

#include "cases/all_cases.hpp"
#include "clauses/clause_book.hpp"
#include "command/commands.hpp"

namespace uploadproto::conformance {

int run(init_command const& c) {
  if (std::filesystem::exists(c.file)) throw bad_call(c.file + " is there already; it is not written over");
  std::ofstream out(c.file);
  out << commented_target();
  if (!out.flush()) throw bad_call(c.file + ": cannot be written");
  std::printf(
      "%s is written: fill in the URLs and the secret, then: uploadproto-conformance run --target %s\n",
      c.file.c_str(), c.file.c_str());
  return 0;
}

int run(list_command const& c) {
  for (test_case const& one : all_cases()) {
    if (!c.protocols.empty() && !std::ranges::count(c.protocols, one.protocol)) continue;
    std::string clauses;
    for (std::string const& id : one.clauses) clauses += (clauses.empty() ? "" : " ") + id;
    std::printf("%-40s %-16s %s\n", one.id.c_str(), clauses.c_str(), one.title.c_str());
  }
  return 0;
}

int run(coverage_command const& c) {
  std::map<std::string_view, std::string> judged;
  for (test_case const& one : all_cases())
    for (std::string const& id : one.clauses) judged[shipped_clauses().at(id).id] += ' ' + one.id;
  std::size_t missing = 0, covered = 0;
  for (clause const& one : shipped_clauses().all()) {
    bool const has = judged.contains(one.id), must = one.level == level::must;
    covered += has;
    missing += !has && must;
    if (has && c.missing_only) continue;
    std::printf("%-6s %-6s %-6s %s\n", one.id.c_str(), std::string(name_of(one.level)).c_str(),
                one.role.c_str(),
                has    ? judged[one.id].c_str() + 1
                : must ? "NO CASE"
                       : "no case");
  }
  std::printf("%zu of %zu clauses have a case; %zu MUST clauses have none\n", covered,
              shipped_clauses().all().size(), missing);
  return missing ? 1 : 0;
}

}  // namespace uploadproto::conformance
