// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "client/client_cases.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "cases/case_prefix.hpp"
#include "clauses/clause_book.hpp"

namespace uploadproto::conformance {
namespace {

constexpr client_rules rules[] = {
    {.protocol = "bulk_upload",
     .transport = "BU-T1",
     .polling = "BU-T2",
     .token = "BU-C1",
     .subscribe = "BU-C2",
     .own = {}},
    {.protocol = "file_upload",
     .transport = "FU-T1",
     .polling = "FU-T1",
     .token = {},
     .subscribe = "FU-R1",
     .own = {}},
    {.protocol = "upload_progress",
     .transport = "UP-N5",
     .polling = {},
     .token = "UP-T1",
     .subscribe = {},
     .own = "UP-C1"},
    {.protocol = "consumer_events",
     .transport = "CE-T1",
     .polling = "CE-T1",
     .token = {},
     .subscribe = {},
     .own = "CE-C1"},
};

/** A list that contradicts itself is a mistake in the program. */
void check_list(client_case_list const& all) {
  std::set<std::string_view> ids;
  for (client_case const& c : all) {
    if (!ids.insert(c.id).second) throw std::logic_error("two cases are called " + c.id);
    for (std::string const& id : c.clauses) shipped_clauses().at(id);
  }
}

}  // namespace

client_rules const& client_rules_of(std::string_view protocol) {
  auto const found = std::ranges::find(rules, protocol, &client_rules::protocol);
  if (found == std::end(rules)) throw std::out_of_range("no rules for clients of " + std::string(protocol));
  return *found;
}

void add_client_case(client_case_list& all, protocol_face const& face, std::string_view name,
                     std::string_view title, std::vector<std::string_view> clauses,
                     void (*run)(client_trial&)) {
  all.push_back({.id = case_prefix(face) + "client/" + std::string(name),
                 .title = std::string(title),
                 .protocol = std::string(face.name()),
                 .clauses = {clauses.begin(), clauses.end()},
                 .run = run});
}

std::span<client_case const> all_client_cases() {
  static client_case_list const all = [] {
    client_case_list made;
    for (protocol_face const& face : known_protocols()) {
      add_story_cases(made, face);
      add_entrance_cases(made, face);
      add_reconnection_cases(made, face);
      add_liveness_cases(made, face);
    }
    check_list(made);
    return made;
  }();
  return all;
}

}  // namespace uploadproto::conformance
