// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_CONTRACT_TOY_PROTOCOL_HPP
#define UPLOADPROTO_TESTS_CONTRACT_TOY_PROTOCOL_HPP

/** @file
    A fifth protocol, in one file, that the SDK has never heard of: parcels that are packed and sent.

    Unlike bulk upload it travels as plain JSON without event names, tells its terminal messages by a status
    member, spells its members in camel case, and uses every rule and type that a table can have. */
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/contract/protocol.hpp>
#include <vector>

namespace toy {

using namespace uploadproto::contract;

inline constexpr stage parcel_stages[] = {{"packing", 0, 50, "Packing"}, {"shipping", 50, 100, "On its way"}};

struct parcel_size {
  std::int64_t altitude = 0;
  std::optional<double> weight;

  static constexpr auto fields() {
    using self = parcel_size;
    return table(field<&self::altitude>("alti/tude", "Metres above the sea.", range{-400, 9000}),
                 field<&self::weight>("weight", "Kilograms.", range{0.5, 30}));
  }
};

struct parcel_message {
  std::string parcel, stage;
  double progress = 0;
  std::string status, note;
  std::optional<std::string> error, kind, tracking;
  std::optional<std::uint64_t> packed, items;
  bool fragile = false;
  std::vector<std::string> labels;
  parcel_size size;
  std::optional<parcel_size> lid;
  std::optional<boost::json::value> extra;
  std::string sent;

  static constexpr std::string_view event_name = "";
  static constexpr std::array<status_kind, 4> kinds{{{"hello", event_kind::notice},
                                                     {"moving", event_kind::progress},
                                                     {"arrived", event_kind::completed},
                                                     {"lost", event_kind::failed}}};
  static constexpr auto fields() {
    using self = parcel_message;
    return table(
        field<&self::parcel>("parcelId", "The parcel.", role::job_id, form{pattern::identifier}),
        field<&self::stage>("stage", "Where it is.", role::stage, one_of(stage_table(parcel_stages))),
        field<&self::progress>("progress", "Percent.", role::progress, range{0, 100}),
        field<&self::status>("status", "What this message means.", role::status,
                             one_of("moving", "hello", "arrived", "lost")),
        field<&self::note>("note", "For people.", role::message, length{0, 20}),
        field<&self::error>("error", "Why it was lost.", role::error, required_when{"status", "lost"}),
        field<&self::kind>("kind", "How it arrived.", one_of("door", "box"), only_when{"status", "arrived"}),
        field<&self::tracking>("tracking", "Number of the carrier.", form{pattern::uuid}),
        field<&self::packed>("packed", "Items in the parcel.", at_most{"items"}),
        field<&self::items>("items", "Items ordered."), field<&self::fragile>("fragile", "Handle with care."),
        field<&self::labels>("labels", "Stickers.", length{1, 3}),
        field<&self::size>("size", "The parcel's measures."), field<&self::lid>("lid", "The lid's measures."),
        field<&self::extra>("extra", "Anything."),
        field<&self::sent>("sent", "When.", role::timestamp, form{pattern::iso8601}));
  }
};

struct watch_parcel {
  std::string parcel;
  static constexpr std::string_view event_name = "watch";
  static constexpr client_action action = client_action::subscribe;
  static constexpr auto fields() {
    return table(field<&watch_parcel::parcel>("parcelId", "The parcel.", role::job_id, length{1, 64}));
  }
};

struct parcels {
  using server_events = event_list<parcel_message>;
  using client_events = event_list<watch_parcel>;

  static constexpr protocol_info info{
      .name = "parcels",
      .title = "Parcels",
      .clauses = "TOY",
      .framing = framing::json,
      .path = "/ws/parcels/{jobId}",
      .default_port = 7000,
      .transports = {.websocket = true, .polling = false},
      .auth = {.required = true, .member = {}, .query = "token"},
      .job_room = "parcel:{parcelId}",
      .stages = stage_table(parcel_stages),
      .limits = {.max_inbound_bytes = 1024, .max_connections_per_user = 5},
      .life_cycle = {.reports_every_stage = true, .closes_after_terminal = true},
  };
};

}  // namespace toy

#endif
