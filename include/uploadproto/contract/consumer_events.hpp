// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_CONSUMER_EVENTS_HPP
#define UPLOADPROTO_CONTRACT_CONSUMER_EVENTS_HPP

#include <uploadproto/contract/consumer_events_messages.hpp>
#include <uploadproto/contract/protocol.hpp>

namespace uploadproto::contract {

/** Consumer events: a service that works through a topic tells every client what becomes of each message. */
struct consumer_events {
  using server_events = event_list<connection_success, message_received, processing_started,
                                   processing_completed, processing_failed, stats_updated>;  // CE-E1–E6
  using client_events = event_list<>;                                                        // CE-R1

  static connection_success greeting() { return {}; }  // CE-E1

  static constexpr protocol_info info{
      .name = "consumer_events",
      .title = "Consumer events",
      .clauses = "CE",
      .framing = framing::socketio,
      .path = "/socket.io/",  // CE-T1
      .nsp = "/",
      .default_port = 3001,
      .transports = {.websocket = true, .polling = true},
      .auth = {.required = false, .member = {}},
      .broadcast = true,  // CE-R1
      .stages = stage_table(consumer_events_stages),
      .life_cycle = {.reports_every_stage = true, .repeatable = false},  // CE-L1, L2
      .rest = {.port = 3000,
               .upload_path = "/producers/upload/csv",  // CE-H2
               .upload_field = "file",
               .media_type = "text/csv",
               .job_id_pointer = "/jobId",
               .status_path = "/producers/uploads/{jobId}",  // CE-H3
               .statuses = consumer_events_batch_statuses,
               .parts = {.pointer = "/batches",
                         .count_pointer = "/batchCount",
                         .id_member = "logId",
                         .index_member = "batchIndex",
                         .error_member = "error"},
               .send_path = "/producers/send/single",  // CE-H1
               .send_id_pointer = "/logId",
               .error_pointer = "/message"},
  };
};

}  // namespace uploadproto::contract

#endif
