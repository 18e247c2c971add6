// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_UPLOAD_PROGRESS_HPP
#define UPLOADPROTO_CONTRACT_UPLOAD_PROGRESS_HPP

#include <uploadproto/contract/protocol.hpp>
#include <uploadproto/contract/upload_progress_events.hpp>

namespace uploadproto::contract {

/** Upload progress over plain WebSocket: a CSV of transactions is validated, scanned, parsed, stored and
    categorised. One connection a batch, let in by a ticket. */
struct upload_progress {
  using server_events = event_list<upload_progress_message>;  // UP-E1
  using client_events = event_list<>;

  static upload_progress_message greeting() {  // UP-E3
    return {.status = "connected", .stage = "validation", .message = "Connected"};
  }

  static constexpr protocol_info info{
      .name = "upload_progress",
      .title = "Upload progress",
      .clauses = "UP",
      .framing = framing::json,
      .path = "/ws/upload-progress/{jobId}",  // UP-T1
      .default_port = 8000,
      .transports = {.websocket = true, .polling = false},
      .auth = {.required = true, .member = {}, .query = "token", .ticket = true},  // UP-A1, JW-5
      .keepalive = {.ask = "ping", .answer = "pong", .member = "type"},            // UP-N5
      .job_room = "upload-progress:{batch_id}",
      .job_id = pattern::identifier,  // UP-A7
      .stages = stage_table(upload_progress_stages),
      .limits = {.max_inbound_bytes = 1024,  // UP-N3
                 .max_outbound_bytes = 1024,
                 .max_connections_per_user = 5,  // UP-N1
                 .max_inbound_per_second = 10,   // UP-N2
                 .max_progress_per_second = 10,
                 .heartbeat = std::chrono::seconds(30),  // UP-N4
                 .idle_timeout = std::chrono::seconds(300)},
      .life_cycle = {.reports_every_stage = true,  // UP-L5
                     .closes_after_terminal = true,
                     .owner_only = true,  // UP-A5; L6
                     .repeatable = false},
      .rest = {.upload_path = "/api/v1/upload/csv",  // UP-H1
               .upload_field = "file",
               .media_type = "text/csv",
               .job_id_field = "batch_id",
               .job_id_form = pattern::uuid,
               .job_id_pointer = "/batch_id",
               .status_path = "/api/v1/upload/status/{jobId}",  // UP-H3
               .statuses = upload_progress_batch_statuses,
               .history_path = "/api/v1/upload/history/{jobId}",
               .cancel_path = "/api/v1/upload/{jobId}",
               .cancel_method = "DELETE",
               .ticket_path = "/api/v1/auth/websocket-token",  // UP-A3, A4
               .ticket_pointer = "/websocket_token",
               .error_pointer = "/detail/message"},
  };
};

}  // namespace uploadproto::contract

#endif
