// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_FILE_UPLOAD_EVENTS_HPP
#define UPLOADPROTO_CONTRACT_FILE_UPLOAD_EVENTS_HPP

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/contract/event.hpp>
#include <uploadproto/contract/stages.hpp>
#include <vector>

namespace uploadproto::contract {

/** FU-L2: the statuses of a job, which only go forward. The document binds no values to them. */
inline constexpr stage file_upload_statuses[] = {
    {"started", 0, 100, "Starting"},
    {"processing", 0, 100, "Loading rows"},
    {"completed", 0, 100, "Done"},
    {"failed", 0, 100, "Failed"},
};

/** FU-H2: what a job's status says. */
inline constexpr status_kind file_upload_job_statuses[] = {{"started", event_kind::progress},
                                                           {"processing", event_kind::progress},
                                                           {"completed", event_kind::completed},
                                                           {"failed", event_kind::failed}};

/** FU-E1. */
struct file_upload_progress {
  std::string job_id{}, template_name{}, status{};
  double progress = 0;
  std::string message{};
  std::optional<std::uint64_t> processed{}, total{};
  std::optional<std::vector<std::string>> errors{};

  static constexpr std::string_view event_name = "upload-progress";
  static constexpr event_kind kind = event_kind::progress;
  static constexpr auto fields() {
    using self = file_upload_progress;
    return table(
        field<&self::job_id>("jobId", "Job identifier.", role::job_id, length{1}),
        field<&self::template_name>("templateName", "The template that the rows are loaded through."),
        field<&self::status>("status", "How far the job is.", role::stage,
                             one_of(stage_table(file_upload_statuses))),
        field<&self::progress>("progress", "Progress percentage.", role::progress, range{0, 100}),
        field<&self::message>("message", "Human-readable progress message.", role::message),
        field<&self::processed>("processed", "Rows worked on so far.", at_most{"total"}),
        field<&self::total>("total", "Data rows of the file."),
        field<&self::errors>("errors", "What was wrong with rows so far."));
  }
};

/** `result` of FU-E3, as the reference server sends it. */
struct file_upload_result {
  std::string message{};
  std::uint64_t processed = 0, total = 0;
  std::vector<std::string> errors{};

  static constexpr auto fields() {
    using self = file_upload_result;
    return table(field<&self::message>("message", "What came of the job, for people."),
                 field<&self::processed>("processed", "Rows stored.", at_most{"total"}),
                 field<&self::total>("total", "Data rows of the file."),
                 field<&self::errors>("errors", "What was wrong with rows that were not stored (FU-P2)."));
  }
};

/** FU-E2; the shape of FU-E3 is only recommended, so that all of it is optional. */
struct file_upload_completed {
  std::optional<std::string> job_id{};
  std::optional<boost::json::value> result{};  ///< the reference server's is a `file_upload_result`
  std::optional<std::string> timestamp{};

  static constexpr std::string_view event_name = "upload-completed";
  static constexpr event_kind kind = event_kind::completed;
  static constexpr auto fields() {
    using self = file_upload_completed;
    return table(field<&self::job_id>("jobId", "Job identifier.", role::job_id, length{1}),
                 field<&self::result>("result", "What came of the job."),
                 field<&self::timestamp>("timestamp", "When the event was sent.", role::timestamp,
                                         form{pattern::iso8601}));
  }
};

/** FU-E4; the shape of FU-E5 is only recommended, so that all of it is optional. */
struct file_upload_error {
  std::optional<std::string> job_id{}, error{}, timestamp{};

  static constexpr std::string_view event_name = "upload-error";
  static constexpr event_kind kind = event_kind::failed;
  static constexpr auto fields() {
    using self = file_upload_error;
    return table(field<&self::job_id>("jobId", "Job identifier.", role::job_id, length{1}),
                 field<&self::error>("error", "Why the job failed.", role::error),
                 field<&self::timestamp>("timestamp", "When the event was sent.", role::timestamp,
                                         form{pattern::iso8601}));
  }
};

/** FU-R3, FU-R4. */
struct file_upload_pong {
  std::optional<std::string> timestamp{};

  static constexpr std::string_view event_name = "pong";
  static constexpr event_kind kind = event_kind::notice;
  static constexpr auto fields() {
    return table(field<&file_upload_pong::timestamp>("timestamp", "When the event was sent.", role::timestamp,
                                                     form{pattern::iso8601}));
  }
};

/** FU-R1. */
struct join_upload_room {
  std::string job_id{};

  static constexpr std::string_view event_name = "join-upload-room";
  static constexpr client_action action = client_action::subscribe;
  static constexpr auto fields() {
    return table(
        field<&join_upload_room::job_id>("jobId", "The job to follow.", role::job_id, length{1, 128}));
  }
};

/** FU-R1. */
struct leave_upload_room {
  std::string job_id{};

  static constexpr std::string_view event_name = "leave-upload-room";
  static constexpr client_action action = client_action::unsubscribe;
  static constexpr auto fields() {
    return table(field<&leave_upload_room::job_id>("jobId", "The job to follow no longer.", role::job_id,
                                                   length{1, 128}));
  }
};

/** FU-R3. */
struct file_upload_ping {
  static constexpr std::string_view event_name = "ping";
  static constexpr client_action action = client_action::ping;
  static constexpr auto fields() { return table(); }
};

}  // namespace uploadproto::contract

#endif
