// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_BULK_UPLOAD_EVENTS_HPP
#define UPLOADPROTO_CONTRACT_BULK_UPLOAD_EVENTS_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/contract/event.hpp>
#include <uploadproto/contract/stages.hpp>

namespace uploadproto::contract {

/** BU-L1. */
inline constexpr stage bulk_upload_stages[] = {
    {"initialization", 0, 0, "Starting processing"},
    {"file_reading", 10, 20, "Reading Excel file"},
    {"pre_validation", 25, 40, "Validating data"},
    {"iec_verification", 45, 60, "Verifying with IEC API"},
    {"database_operations", 65, 80, "Inserting/updating records"},
    {"report_generation", 85, 100, "Generating Excel report"},
};

/** BU-H2: what a job's status says. A job that was cancelled has failed, as its events say (BU-H4). */
inline constexpr status_kind bulk_upload_job_statuses[] = {{"processing", event_kind::progress},
                                                           {"completed", event_kind::completed},
                                                           {"failed", event_kind::failed},
                                                           {"cancelled", event_kind::failed}};

/** BU-E1. */
struct bulk_upload_progress {
  std::string job_id{}, stage{};
  double progress = 0;
  std::string message{}, status = "processing", timestamp{};

  static constexpr std::string_view event_name = "bulk_upload_progress";
  static constexpr event_kind kind = event_kind::progress;
  static constexpr auto fields() {
    using self = bulk_upload_progress;
    return table(field<&self::job_id>("job_id", "Job identifier.", role::job_id, length{1}),
                 field<&self::stage>("stage", "Current processing stage.", role::stage,
                                     one_of(stage_table(bulk_upload_stages))),
                 field<&self::progress>("progress", "Progress percentage.", role::progress, range{0, 100}),
                 field<&self::message>("message", "Human-readable progress message.", role::message),
                 field<&self::status>("status", "Says that the job is being worked on.", role::status,
                                      literal{"processing"}),
                 field<&self::timestamp>("timestamp", "When the event was sent.", role::timestamp,
                                         form{pattern::iso8601}));
  }
};

/** Part of BU-E2; the sums of BU-L6. */
struct bulk_upload_validation_stats {
  std::uint64_t total_records = 0, valid_records = 0, invalid_ids = 0, duplicates = 0, not_registered = 0;

  static constexpr auto fields() {
    using self = bulk_upload_validation_stats;
    return table(field<&self::total_records>("total_records", "Data rows of the workbook."),
                 field<&self::valid_records>("valid_records", "First rows of valid ids."),
                 field<&self::invalid_ids>("invalid_ids", "Rows whose id is invalid."),
                 field<&self::duplicates>("duplicates", "Repeats of a valid id after its first row."),
                 field<&self::not_registered>("not_registered", "Valid rows whose id is not registered."));
  }
  friend bool operator==(bulk_upload_validation_stats const&, bulk_upload_validation_stats const&) = default;
};

/** Part of BU-E2. */
struct bulk_upload_database_stats {
  std::uint64_t inserts = 0, updates = 0, errors = 0;

  static constexpr auto fields() {
    using self = bulk_upload_database_stats;
    return table(field<&self::inserts>("inserts", "Members added."),
                 field<&self::updates>("updates", "Members changed."),
                 field<&self::errors>("errors", "Rows that the database refused."));
  }
  friend bool operator==(bulk_upload_database_stats const&, bulk_upload_database_stats const&) = default;
};

/** BU-E2. */
struct bulk_upload_complete {
  std::string job_id{}, status = "completed";
  bulk_upload_validation_stats validation_stats{};
  bulk_upload_database_stats database_stats{};
  std::string report_path{};
  double processing_duration_ms = 0;
  std::string timestamp{};

  static constexpr std::string_view event_name = "bulk_upload_complete";
  static constexpr event_kind kind = event_kind::completed;
  static constexpr auto fields() {
    using self = bulk_upload_complete;
    return table(
        field<&self::job_id>("job_id", "Job identifier.", role::job_id, length{1}),
        field<&self::status>("status", "Says that the job is done.", role::status, literal{"completed"}),
        field<&self::validation_stats>("validation_stats", "What the rows were judged to be."),
        field<&self::database_stats>("database_stats", "What became of the valid rows."),
        field<&self::report_path>("report_path", "API path to download the report (BU-L7).", role::report,
                                  form{pattern::api_path}),
        field<&self::processing_duration_ms>(
            "processing_duration_ms", "Total processing time in milliseconds.", role::duration, at_least{0}),
        field<&self::timestamp>("timestamp", "When the event was sent.", role::timestamp,
                                form{pattern::iso8601}));
  }
};

/** BU-E3. */
struct bulk_upload_failed {
  std::string job_id{}, error{};
  std::optional<std::string> stage{};
  std::string status = "failed", timestamp{};

  static constexpr std::string_view event_name = "bulk_upload_failed";
  static constexpr event_kind kind = event_kind::failed;
  static constexpr auto fields() {
    using self = bulk_upload_failed;
    return table(
        field<&self::job_id>("job_id", "Job identifier.", role::job_id, length{1}),
        field<&self::error>("error", "Why the job failed.", role::error),
        field<&self::stage>("stage", "The stage in which it failed.", role::stage,
                            one_of(stage_table(bulk_upload_stages))),
        field<&self::status>("status", "Says that the job has failed.", role::status, literal{"failed"}),
        field<&self::timestamp>("timestamp", "When the event was sent.", role::timestamp,
                                form{pattern::iso8601}));
  }
};

/** BU-R2. The id's length is bounded so that a subscription cannot be a burden. */
struct subscribe_bulk_upload_job {
  std::string job_id{};

  static constexpr std::string_view event_name = "subscribe_bulk_upload_job";
  static constexpr client_action action = client_action::subscribe;
  static constexpr auto fields() {
    return table(field<&subscribe_bulk_upload_job::job_id>("job_id", "The job to follow.", role::job_id,
                                                           length{1, 128}));
  }
};

/** BU-R3. */
struct unsubscribe_bulk_upload_job {
  std::string job_id{};

  static constexpr std::string_view event_name = "unsubscribe_bulk_upload_job";
  static constexpr client_action action = client_action::unsubscribe;
  static constexpr auto fields() {
    return table(field<&unsubscribe_bulk_upload_job::job_id>("job_id", "The job to follow no longer.",
                                                             role::job_id, length{1, 128}));
  }
};

}  // namespace uploadproto::contract

#endif
