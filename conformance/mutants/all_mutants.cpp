// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <set>
#include <stdexcept>

#include "cases/all_cases.hpp"
#include "clauses/clause_book.hpp"
#include "mutants/mutant.hpp"

namespace uploadproto::conformance {
namespace {

/** A list that contradicts itself, or the cases, is a mistake in the program. */
void check_list(mutant_list const& all) {
  std::set<std::string_view> ids;
  for (mutant const& m : all) {
    if (!ids.insert(m.id).second) throw std::logic_error("two mutants are called " + m.id);
    shipped_clauses().at(m.clause);
    test_case const* meant = nullptr;
    for (test_case const& c : all_cases())
      if (c.id == m.killed_by) meant = &c;
    if (!meant) throw std::logic_error(m.id + " is to be killed by " + m.killed_by + ", which is no case");
    bool judges = false;
    for (std::string const& clause : meant->clauses) judges = judges || clause == m.clause;
    if (!judges) throw std::logic_error(m.id + ": " + m.killed_by + " does not judge " + m.clause);
  }
}

}  // namespace

std::span<mutant const> all_mutants() {
  static mutant_list const all = [] {
    mutant_list made;
    add_payload_mutants(made);
    add_life_mutants(made);
    add_bulk_upload_mutants(made);
    add_file_upload_mutants(made);
    add_upload_progress_mutants(made);
    add_consumer_events_mutants(made);
    add_transport_mutants(made);
    add_room_mutants(made);
    add_token_mutants(made);
    add_ticket_mutants(made);
    add_batch_mutants(made);
    add_limit_mutants(made);
    add_batch_rest_mutants(made);
    add_service_mutants(made);
    check_list(made);
    return made;
  }();
  return all;
}

}  // namespace uploadproto::conformance
