// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>

#include "cases/all_cases.hpp"
#include "clauses/clause_book.hpp"
#include "client/client_cases.hpp"
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

namespace {

/** Cases of servers and of clients alike. */
template <class Function>
void for_each_case(Function&& fn) {
  for (test_case const& one : all_cases()) fn(one.id, one.protocol, one.clauses, one.title);
  for (client_case const& one : all_client_cases()) fn(one.id, one.protocol, one.clauses, one.title);
}

}  // namespace

int run(list_command const& c) {
  for_each_case([&](std::string const& id, std::string const& protocol,
                    std::vector<std::string> const& clauses, std::string const& title) {
    if (!c.protocols.empty() && !std::ranges::count(c.protocols, protocol)) return;
    std::string named;
    for (std::string const& clause : clauses) named += (named.empty() ? "" : " ") + clause;
    std::printf("%-40s %-16s %s\n", id.c_str(), named.c_str(), title.c_str());
  });
  return 0;
}

int run(coverage_command const& c) {
  std::map<std::string_view, std::string> judged;
  for_each_case(
      [&](std::string const& id, auto const&, std::vector<std::string> const& clauses, auto const&) {
        for (std::string const& clause : clauses) judged[shipped_clauses().at(clause).id] += ' ' + id;
      });
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
