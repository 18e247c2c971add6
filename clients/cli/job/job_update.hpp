// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_JOB_JOB_UPDATE_HPP
#define UPLOADPROTO_CLI_JOB_JOB_UPDATE_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <uploadproto/contract/event.hpp>
#include <vector>

namespace uploadproto::cli {

/** A number that a terminal event reports. */
struct job_count {
  std::string group;  ///< the nested object's wire name
  std::string name;
  double value = 0;
};

/** Any event of any protocol, as the program shows it. */
struct job_update {
  contract::event_kind kind = contract::event_kind::notice;
  std::string event_name;
  std::string job_id, stage, message, error;
  std::optional<double> progress;     ///< percent
  std::optional<double> duration_ms;  ///< of the whole job, on its end
  std::string report;                 ///< path or URL
  std::vector<job_count> counts;
  std::vector<std::string> problems;              ///< what was wrong in particular, a sentence each
  std::string upload;                             ///< that the job is part of; empty: of none
  std::optional<std::uint64_t> part, part_count;  ///< its place in that upload, from 0; of so many
  std::string payload;                            ///< the event as JSON text
  bool derived = false;                           ///< made here, of several events
};

/** Describes an event by its table. */
job_update describe(contract::record_info const&, void const* record, std::string_view event_name,
                    contract::event_kind);

template <contract::server_event Event>
job_update describe(Event const& event) {
  job_update update =
      describe(contract::record_of<Event>, &event, contract::event_name_of(event), contract::kind_of(event));
  update.stage = contract::stage_of(event);  // that of a type whose every event is of one stage, too
  return update;
}

}  // namespace uploadproto::cli

#endif
