// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_CASES_ALL_CASES_HPP
#define UPLOADPROTO_CONFORMANCE_CASES_ALL_CASES_HPP

#include <span>
#include <vector>

#include "trial/test_case.hpp"

namespace uploadproto::conformance {

using case_list = std::vector<test_case>;

/** Every case that judges a server. Ids are permanent. */
std::span<test_case const> all_cases();

// One function a file of cases; each adds its own.

void add_event_cases(case_list&);          ///< what a whole job shows: payloads, stages, order, terminals
void add_listening_cases(case_list&);      ///< who hears what, when: late, gone, two at once, other users
void add_token_cases(case_list&);          ///< who is let in: tokens good and hostile, where they may stand
void add_room_cases(case_list&);           ///< subscribing and leaving, acknowledgements
void add_crowd_cases(case_list&);          ///< many clients, late ones, those that come back
void add_bulk_rest_cases(case_list&);      ///< REST of the reference server's bulk upload
void add_bulk_pipeline_cases(case_list&);  ///< its pipeline
void add_file_rest_cases(case_list&);      ///< the same of its file upload
void add_consumer_cases(case_list&);       ///< the consumer's broadcast
void add_producer_cases(case_list&);       ///< the producers' REST and what comes of it
void add_life_cases(case_list&);           ///< a job's life beyond its events: ids, rates, its report
void add_hostile_cases(case_list&);        ///< malformed messages harm nobody else
void add_transport_cases(case_list&);  ///< Engine.IO and Socket.IO: transports, handshake, namespace, origins
void add_ticket_cases(case_list&);     ///< tickets of upload progress: once, in time, for the socket alone
void add_batch_cases(case_list&);      ///< whose batches are, how their ids look
void add_limit_cases(case_list&);      ///< upload progress: connections, rates, sizes, signs of life
void add_watching_cases(case_list&);   ///< batches as they are watched: late, by many, to the end
void add_upload_refusal_cases(case_list&);        ///< uploads to a batch that are refused or fail
void add_upload_progress_rest_cases(case_list&);  ///< upload progress: what REST says, and the pipeline's own

}  // namespace uploadproto::conformance

#endif
