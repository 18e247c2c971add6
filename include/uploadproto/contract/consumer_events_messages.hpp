// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_CONSUMER_EVENTS_MESSAGES_HPP
#define UPLOADPROTO_CONTRACT_CONSUMER_EVENTS_MESSAGES_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/contract/event.hpp>
#include <uploadproto/contract/stages.hpp>

namespace uploadproto::contract {

/** CE-L1: what a message goes through before it has ended. */
inline constexpr stage consumer_events_stages[] = {
    {"received", 0, 0, "Received"},
    {"processing", 0, 100, "Processing"},
};

/** CE-H3: what the list of an upload's batches says of each; the words are those of its events. */
inline constexpr status_kind consumer_events_batch_statuses[] = {{"PROCESSING", event_kind::progress},
                                                                 {"PROCESSED", event_kind::completed},
                                                                 {"FAILED", event_kind::failed}};

/** CE-E1. */
struct connection_success {
  std::string message = "Connected to Consumer Service WebSocket", timestamp{};

  static constexpr std::string_view event_name = "connection-success";
  static constexpr event_kind kind = event_kind::notice;
  static constexpr auto fields() {
    using self = connection_success;
    return table(field<&self::message>("message", "A greeting.", role::message,
                                       literal{"Connected to Consumer Service WebSocket"}),
                 field<&self::timestamp>("timestamp", "When the event was sent.", role::timestamp,
                                         form{pattern::iso8601}));
  }
};

/** Part of CE-E2. The last three are an extension (CE-H3). */
struct message_received_data {
  std::string data_type = "SINGLE_MESSAGE";
  std::optional<std::uint64_t> row_count{};
  std::optional<std::string> upload_id{};
  std::optional<std::uint64_t> batch_index{}, batch_count{};

  static constexpr auto fields() {
    using self = message_received_data;
    return table(
        field<&self::data_type>("dataType", "What the message holds.", one_of("CSV_BATCH", "SINGLE_MESSAGE")),
        field<&self::row_count>("rowCount", "Rows of the batch.", at_least{1},
                                required_when{"dataType", "CSV_BATCH"}, only_when{"dataType", "CSV_BATCH"}),
        field<&self::upload_id>("uploadId", "The CSV upload that the batch is part of (CE-H3).", role::upload,
                                only_when{"dataType", "CSV_BATCH"}),
        field<&self::batch_index>("batchIndex", "The batch's place in its upload, from 0 (CE-H3).",
                                  role::part, at_most{"batchCount"}, only_when{"dataType", "CSV_BATCH"}),
        field<&self::batch_count>("batchCount", "Batches of the upload (CE-H3).", role::parts,
                                  only_when{"dataType", "CSV_BATCH"}));
  }
};

/** CE-E2. */
struct message_received {
  std::string log_id{};
  message_received_data data{};
  std::string timestamp{};

  static constexpr std::string_view event_name = "message-received";
  static constexpr event_kind kind = event_kind::progress;
  static constexpr std::string_view fixed_stage = consumer_events_stages[0].name;
  static constexpr auto fields() {
    using self = message_received;
    return table(field<&self::log_id>("logId", "The message.", role::job_id, length{1}),
                 field<&self::data>("data", "What it holds."),
                 field<&self::timestamp>("timestamp", "When the event was sent.", role::timestamp,
                                         form{pattern::iso8601}));
  }
};

/** CE-E3. */
struct processing_started {
  std::string log_id{}, status = "PROCESSING", timestamp{};

  static constexpr std::string_view event_name = "processing-started";
  static constexpr event_kind kind = event_kind::progress;
  static constexpr std::string_view fixed_stage = consumer_events_stages[1].name;
  static constexpr auto fields() {
    using self = processing_started;
    return table(field<&self::log_id>("logId", "The message.", role::job_id, length{1}),
                 field<&self::status>("status", "Says that the message is being worked on.", role::status,
                                      literal{"PROCESSING"}),
                 field<&self::timestamp>("timestamp", "When the event was sent.", role::timestamp,
                                         form{pattern::iso8601}));
  }
};

/** CE-E4. */
struct processing_completed {
  std::string log_id{}, consumer_id{}, status = "PROCESSED", timestamp{};

  static constexpr std::string_view event_name = "processing-completed";
  static constexpr event_kind kind = event_kind::completed;
  static constexpr auto fields() {
    using self = processing_completed;
    return table(
        field<&self::log_id>("logId", "The message.", role::job_id, length{1}),
        field<&self::consumer_id>("consumerId", "Who processed it."),
        field<&self::status>("status", "Says that the message is done.", role::status, literal{"PROCESSED"}),
        field<&self::timestamp>("timestamp", "When the event was sent.", role::timestamp,
                                form{pattern::iso8601}));
  }
};

/** CE-E5. */
struct processing_failed {
  std::string log_id{}, status = "FAILED", error{}, timestamp{};

  static constexpr std::string_view event_name = "processing-failed";
  static constexpr event_kind kind = event_kind::failed;
  static constexpr auto fields() {
    using self = processing_failed;
    return table(
        field<&self::log_id>("logId", "The message.", role::job_id, length{1}),
        field<&self::status>("status", "Says that the message has failed.", role::status, literal{"FAILED"}),
        field<&self::error>("error", "Why it failed.", role::error),
        field<&self::timestamp>("timestamp", "When the event was sent.", role::timestamp,
                                form{pattern::iso8601}));
  }
};

/** CE-E6; the counts are the reference server's. */
struct stats_updated {
  std::optional<std::uint64_t> received{}, processing{}, completed{}, failed{};
  std::string timestamp{};

  static constexpr std::string_view event_name = "stats-updated";
  static constexpr event_kind kind = event_kind::notice;
  static constexpr auto fields() {
    using self = stats_updated;
    return table(field<&self::received>("received", "Messages received."),
                 field<&self::processing>("processing", "Messages being worked on."),
                 field<&self::completed>("completed", "Messages done."),
                 field<&self::failed>("failed", "Messages that failed."),
                 field<&self::timestamp>("timestamp", "When the event was sent.", role::timestamp,
                                         form{pattern::iso8601}));
  }
};

}  // namespace uploadproto::contract

#endif
