// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_BULK_UPLOAD_HPP
#define UPLOADPROTO_CONTRACT_BULK_UPLOAD_HPP

#include <uploadproto/contract/bulk_upload_events.hpp>
#include <uploadproto/contract/protocol.hpp>

namespace uploadproto::contract {

/** Bulk upload: an Excel workbook in, members verified and stored, an Excel report out; six stages. */
struct bulk_upload {
  using server_events =
      event_list<bulk_upload_progress, bulk_upload_complete, bulk_upload_failed>;            // BU-E1–E3
  using client_events = event_list<subscribe_bulk_upload_job, unsubscribe_bulk_upload_job>;  // BU-R2, R3

  static constexpr protocol_info info{
      .name = "bulk_upload",
      .title = "Bulk upload",
      .clauses = "BU",
      .framing = framing::socketio,
      .path = "/socket.io/",  // BU-T1
      .nsp = "/",
      .default_port = 5000,
      .transports = {.websocket = true, .polling = true},             // BU-T2
      .auth = {.required = true, .member = "token", .bearer = true},  // BU-A1, A3, A4; A6: no query
      .user_room = "user:{userId}",                                   // BU-R1
      .job_room = "bulk_upload_job:{jobId}",                          // BU-R2
      .stages = stage_table(bulk_upload_stages),
      .limits = {.max_subscriptions = 1'000},  // ours: beyond any screen, and no burden
      .life_cycle = {.reports_every_stage = true, .owner_only = true},  // BU-L4, R6
      .rest = {.upload_path = "/api/v1/bulk-upload/process",            // BU-H1
               .upload_field = "file",
               .media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
               .job_id_pointer = "/data/job_id",
               .status_path = "/api/v1/bulk-upload/status/{jobId}",  // BU-H2
               .status_pointer = "/data",
               .statuses = bulk_upload_job_statuses,
               .report_path = "/api/v1/bulk-upload/report/{jobId}",  // BU-H3
               .cancel_path = "/api/v1/bulk-upload/cancel/{jobId}",  // BU-H4
               .error_pointer = "/error/message"},
  };
};

}  // namespace uploadproto::contract

#endif
