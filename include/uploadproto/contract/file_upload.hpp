// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_FILE_UPLOAD_HPP
#define UPLOADPROTO_CONTRACT_FILE_UPLOAD_HPP

#include <uploadproto/contract/file_upload_events.hpp>
#include <uploadproto/contract/protocol.hpp>

namespace uploadproto::contract {

/** File upload: a workbook or CSV, loaded row by row through a named template. */
struct file_upload {
  using server_events = event_list<file_upload_progress, file_upload_completed, file_upload_error,
                                   file_upload_pong>;                                       // FU-E1–E4, R3
  using client_events = event_list<join_upload_room, leave_upload_room, file_upload_ping>;  // FU-R1, R3

  static file_upload_pong pong() { return {}; }  // FU-R3

  static constexpr protocol_info info{
      .name = "file_upload",
      .title = "File upload",
      .clauses = "FU",
      .framing = framing::socketio,
      .path = "/socket.io/",  // FU-T1
      .nsp = "/file-upload",
      .default_port = 3000,
      .transports = {.websocket = true, .polling = true},
      .auth = {.required = false, .member = "token", .bearer = true},  // FU-A1, A2
      .job_room = "upload-{jobId}",                                    // FU-R1
      .stages = stage_table(file_upload_statuses),
      .limits = {.max_subscriptions = 1'000},
      .life_cycle = {.reports_every_stage = false, .repeatable = false},
      .rest = {.upload_path = "/file/upload/{templateName}",  // FU-H1
               .upload_field = "file",
               .job_id_field = "jobId",
               .job_id_pointer = "/jobId",
               .status_path = "/file/jobs/{jobId}",  // FU-H2
               .statuses = file_upload_job_statuses,
               .error_pointer = "/message"},  // FU-H6
  };
};

}  // namespace uploadproto::contract

#endif
