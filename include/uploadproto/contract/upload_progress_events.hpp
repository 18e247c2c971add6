// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_UPLOAD_PROGRESS_EVENTS_HPP
#define UPLOADPROTO_CONTRACT_UPLOAD_PROGRESS_EVENTS_HPP

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/contract/event.hpp>
#include <uploadproto/contract/stages.hpp>

namespace uploadproto::contract {

/** UP-L1. */
inline constexpr stage upload_progress_stages[] = {
    {"validation", 0, 20, "Checking the file"},
    {"scanning", 20, 40, "Scanning for malware"},
    {"parsing", 40, 60, "Reading rows"},
    {"database", 60, 80, "Storing transactions"},
    {"categorization", 80, 100, "Categorising transactions"},
};

/** UP-H3: what a batch's status says. */
inline constexpr status_kind upload_progress_batch_statuses[] = {{"processing", event_kind::progress},
                                                                 {"completed", event_kind::completed},
                                                                 {"error", event_kind::failed},
                                                                 {"failed", event_kind::failed},
                                                                 {"cancelled", event_kind::failed}};

/** Part of UP-E1. */
struct upload_progress_details {
  std::optional<std::uint64_t> processed{}, total{}, errors{};
  std::optional<std::string> filename{};
  std::optional<std::uint64_t> size{};

  static constexpr auto fields() {
    using self = upload_progress_details;
    return table(field<&self::processed>("processed", "Rows worked on so far."),
                 field<&self::total>("total", "Data rows of the file."),
                 field<&self::errors>("errors", "Rows that were not taken."),
                 field<&self::filename>("filename", "The file's name, as its sender gave it.", shortenable{}),
                 field<&self::size>("size", "The file's size in bytes."));
  }
};

/** UP-E1: every message of the protocol. Its status says what it means. */
struct upload_progress_message {
  std::string batch_id{};
  double progress = 0;
  std::string status = "processing", stage{}, message{};
  std::optional<upload_progress_details> details{};
  std::string timestamp{};
  std::optional<std::string> error{};

  static constexpr std::string_view event_name = "";
  static constexpr std::array<status_kind, 4> kinds{{{"processing", event_kind::progress},
                                                     {"completed", event_kind::completed},
                                                     {"error", event_kind::failed},
                                                     {"connected", event_kind::notice}}};
  static constexpr auto fields() {
    using self = upload_progress_message;
    return table(
        field<&self::batch_id>("batch_id", "The batch that is uploaded.", role::job_id, length{1}),
        field<&self::progress>("progress", "Progress percentage; may have a fraction.", role::progress,
                               range{0, 100}),
        field<&self::status>("status", "What the message means.", role::status,
                             one_of("processing", "completed", "error", "connected")),
        field<&self::stage>("stage", "Where the batch is.", role::stage,
                            one_of(stage_table(upload_progress_stages)),
                            any_text_when{"status", "connected"}),
        field<&self::message>("message", "Human-readable progress message.", role::message, shortenable{}),
        field<&self::details>("details", "Counts, and the file."),
        field<&self::timestamp>("timestamp", "When the message was sent.", role::timestamp,
                                form{pattern::iso8601}),
        field<&self::error>("error", "Why the batch failed (UP-E2).", role::error,
                            required_when{"status", "error"}, shortenable{}));
  }
};

}  // namespace uploadproto::contract

#endif
