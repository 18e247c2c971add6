// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "judge/rulebook.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace uploadproto::conformance {
namespace {

std::vector<rulebook> const& books() {
  static std::vector<rulebook> const all{
      {.protocol = "bulk_upload",
       .shapes = {{"bulk_upload_progress", "BU-E1"},
                  {"bulk_upload_complete", "BU-E2"},
                  {"bulk_upload_failed", "BU-E3"}},
       .stage_names = "BU-L1",
       .stage_range = "BU-L2",
       .stage_order = "BU-L3",
       .completeness = "BU-L4",
       .id_form = "BU-L9"},
      {.protocol = "file_upload",
       .shapes = {{"upload-progress", "FU-E1"},
                  {"upload-completed", "FU-E3"},
                  {"upload-error", "FU-E5"},
                  {"pong", "FU-R4"}},
       .stage_names = "FU-E1",
       .stage_range = "",
       .stage_order = "FU-L2",
       .completeness = "FU-L1",
       .id_form = ""},
      {.protocol = "upload_progress",
       .shapes = {{"", "UP-E1"}},
       .stage_names = "UP-L1",
       .stage_range = "UP-L1",
       .stage_order = "UP-L1",
       .completeness = "UP-L5",
       .id_form = ""},
      {.protocol = "consumer_events",
       .shapes = {{"connection-success", "CE-E1"},
                  {"message-received", "CE-E2"},
                  {"processing-started", "CE-E3"},
                  {"processing-completed", "CE-E4"},
                  {"processing-failed", "CE-E5"},
                  {"stats-updated", "CE-E6"}},
       .stage_names = "",
       .stage_range = "",
       .stage_order = "CE-L1",
       .completeness = "CE-L1",
       .id_form = "CE-L3",
       .each_stage_once = true},
  };
  return all;
}

}  // namespace

std::string_view rulebook::shape_of(std::string_view event) const noexcept {
  auto const line = std::ranges::find(shapes, event, &std::pair<std::string_view, std::string_view>::first);
  return line == shapes.end() ? std::string_view() : line->second;
}

rulebook const& rules_of(std::string_view protocol) {
  auto const found = std::ranges::find(books(), protocol, &rulebook::protocol);
  if (found == books().end()) throw std::out_of_range("no rulebook for " + std::string(protocol));
  return *found;
}

}  // namespace uploadproto::conformance
