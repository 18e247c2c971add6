// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cases/all_cases.hpp"

#include <set>
#include <stdexcept>

#include "clauses/clause_book.hpp"

namespace uploadproto::conformance {
namespace {

/** A list that contradicts itself is a mistake in the program. */
void check_list(case_list const& all) {
  std::set<std::string_view> ids;
  for (test_case const& c : all) {
    if (!ids.insert(c.id).second) throw std::logic_error("two cases are called " + c.id);
    if (c.clauses.empty()) throw std::logic_error(c.id + " names no clause");
    for (std::string const& id : c.clauses) shipped_clauses().at(id);
  }
}

}  // namespace

std::span<test_case const> all_cases() {
  static case_list const all = [] {
    case_list made;
    add_event_cases(made);
    add_listening_cases(made);
    add_transport_cases(made);
    add_token_cases(made);
    add_room_cases(made);
    add_crowd_cases(made);
    add_life_cases(made);
    add_bulk_rest_cases(made);
    add_bulk_pipeline_cases(made);
    add_file_rest_cases(made);
    add_consumer_cases(made);
    add_producer_cases(made);
    add_hostile_cases(made);
    add_ticket_cases(made);
    add_batch_cases(made);
    add_limit_cases(made);
    add_watching_cases(made);
    add_upload_refusal_cases(made);
    add_upload_progress_rest_cases(made);
    check_list(made);
    return made;
  }();
  return all;
}

}  // namespace uploadproto::conformance
