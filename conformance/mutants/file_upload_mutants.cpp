// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "mutants/alterations.hpp"
#include "mutants/mutant.hpp"

namespace uploadproto::conformance {
namespace {

constexpr auto progress = "upload-progress";

chosen_events status(std::string_view name) {
  return {.name = progress, .so = having("status", value(name))};
}

}  // namespace

void add_file_upload_mutants(mutant_list& all) {
  all.insert(
      all.end(),
      {{"fu/status/unknown", "FU-E1", "A status has a name of the server's own.",
        "fu/events/shape/upload-progress",
        [] { return change(status("processing"), set("status", "running")); }},
       {"fu/status/backwards", "FU-L2", "A job that is being processed is started once more.",
        "fu/stages/order", [] { return repeating_first_behind(status("started"), status("processing")); }},
       {"fu/status/completed-first", "FU-L2", "A job is processed after it was completed.", "fu/stages/order",
        [] { return preceded_by(status("processing"), set("status", "completed")); }},
       {"fu/status/no-start", "FU-L1", "A job does not begin with started.", "fu/stages/complete",
        [] { return drop(status("started")); }},
       {"fu/status/begins-at-1", "FU-L1", "A job begins with 1.", "fu/stages/complete",
        [] { return change(status("started"), set("progress", 1)); }},
       {"fu/status/never-100", "FU-L1", "A job ends before 100.", "fu/stages/complete",
        [] { return change({.name = progress, .so = having("progress", 100)}, set("progress", 99)); }},
       {"fu/rows/more-than-all", "FU-E1", "More rows are processed than there are.",
        "fu/events/shape/upload-progress",
        [] { return change({.name = progress}, [](object& p) { p["processed"] = 9, p["total"] = 8; }); }},
       {"fu/rows/negative", "FU-E1", "A negative number of rows is processed.",
        "fu/events/shape/upload-progress", [] { return change({.name = progress}, set("processed", -1)); }},
       {"fu/errors/objects", "FU-E1", "The errors are objects.", "fu/events/shape/upload-progress",
        [] {
          return change({.name = progress}, set("errors", boost::json::array{object{{"row", 2}}}));
        }},
       {"fu/message/no-counts", "FU-L3", "Messages do not say how many rows are done.", "fu/messages/counts",
        [] { return change(status("processing"), set("message", "Working")); }}});
}

}  // namespace uploadproto::conformance
