// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_SCENARIOS_SCENARIO_HPP
#define UPLOADPROTO_REFERENCE_SCENARIOS_SCENARIO_HPP

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "scenarios/event_shape.hpp"

namespace uploadproto::reference {

/** One thing that happens, some time after the one before it. */
struct scenario_step {
  enum class action : unsigned char {
    event,      ///< an event of the protocol, by its contract
    raw,        ///< an event of any name and payload
    duplicate,  ///< the last event once more
    reorder,    ///< the next `count` events in reverse order
    burst,      ///< `count` progress events at once, up to `progress`
    cut         ///< every connection that follows the job is cut, as by a network
  };

  std::chrono::milliseconds after{0};
  action what = action::event;
  event_text says{};
  boost::json::object set{};  ///< members that are laid over the event's own
  std::string raw_name{};     ///< of a raw event
  boost::json::value raw_data{};
  unsigned count = 2;
};

/** What the server plays instead of working on uploads, for those who build what users see. */
struct scenario {
  std::string protocol;         ///< by its name in code
  std::string description;      ///< one sentence
  std::string job_id = "demo";  ///< a job that needs no upload: it begins when it is first asked for
  std::string user = "dev";     ///< its owner
  unsigned refuse_tokens = 0;   ///< so many connections are refused before one is let in
  std::vector<scenario_step> steps;
};

/** Reads a scenario, from TOML:
    @code
    protocol = "bulk_upload"
    description = "A network that fails in the middle"
    [[step]]
    after = "500ms"
    stage = "file_reading"
    progress = 15
    [[step]]
    do = "cut"
    @endcode
    @throws invalid_setting with file, line and column, for what is no scenario */
scenario read_scenario(std::filesystem::path const& file);
scenario parse_scenario(std::string_view toml, std::string const& name);

/** The names of the scenarios that ship with the server, and their text. */
struct shipped_scenario {
  std::string_view name, toml;
};
std::vector<shipped_scenario> const& shipped_scenarios();

}  // namespace uploadproto::reference

#endif
