// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_MUTANTS_MUTANT_HPP
#define UPLOADPROTO_CONFORMANCE_MUTANTS_MUTANT_HPP

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "mutants/traffic.hpp"

namespace uploadproto::conformance {

/** A server that breaks one clause, and the case that must notice. */
struct mutant {
  std::string id;                     ///< `bu/progress-in-a-gap`
  std::string clause;                 ///< that it breaks
  std::string does;                   ///< what it does, in a sentence
  std::string killed_by;              ///< a case, which must fail by a finding of that clause
  std::function<relay_hooks()> make;  ///< hooks of one relay, with whatever they keep
};

using mutant_list = std::vector<mutant>;

/** All of them; ids are their own. */
std::span<mutant const> all_mutants();

/** A server that is none at all, in the face of which a whole run must not be a success. */
struct crude_server {
  std::string id, does;
  std::function<relay_hooks()> make;
};

std::span<crude_server const> crude_servers();

// One function a file of mutants; each adds its own.

void add_payload_mutants(mutant_list&);  ///< a member of an event that is missing or wrong, for every event
void add_life_mutants(mutant_list&);     ///< order, ranges, terminals of every protocol
void add_bulk_upload_mutants(mutant_list&);
void add_file_upload_mutants(mutant_list&);
void add_upload_progress_mutants(mutant_list&);
void add_consumer_events_mutants(mutant_list&);
void add_transport_mutants(mutant_list&);   ///< Engine.IO, namespaces, origins
void add_room_mutants(mutant_list&);        ///< who hears what, acknowledgements, clients that upset others
void add_token_mutants(mutant_list&);       ///< tokens of bulk upload: who is let in
void add_ticket_mutants(mutant_list&);      ///< tickets of upload progress
void add_batch_mutants(mutant_list&);       ///< whose a batch is, and who watches it
void add_limit_mutants(mutant_list&);       ///< limits, signs of life, messages that are none
void add_service_mutants(mutant_list&);     ///< REST, pipelines, lives of jobs of the other three
void add_batch_rest_mutants(mutant_list&);  ///< uploads, their refusals, states and the pipeline

}  // namespace uploadproto::conformance

#endif
