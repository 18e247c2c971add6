// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_COMMAND_COMMANDS_HPP
#define UPLOADPROTO_CONFORMANCE_COMMAND_COMMANDS_HPP

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "run/run_options.hpp"

namespace uploadproto::conformance {

/** A mistake in the call: one sentence. */
class bad_call : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/** `run`. */
struct run_command {
  run_options options;
  std::string target_file, secret_file;
  std::vector<std::string> urls;  ///< `NAME=URL`
  std::string known_failing_file;
  std::string json_file, junit_file, html_file, sarif_file, badge_file;
  std::string program;  ///< the call that repeats this one
  bool trace = false, colour = false;
};

int run(run_command const&);

/** `client`. */
struct client_command {
  run_options options;
  std::string protocol, command;
  std::string listen = "127.0.0.1:0";
  double patience = 15;                 ///< seconds
  std::optional<double> ping_interval;  ///< seconds
  std::string known_failing_file, json_file;
  std::string program;  ///< the call that repeats this one
  bool trace = false, colour = false;
};

int run(client_command const&);

/** `init`: writes a commented target file. Does not write over one. */
struct init_command {
  std::string file;
};

int run(init_command const&);

/** `list`: the cases, a line each. */
struct list_command {
  std::vector<std::string> protocols;
};

int run(list_command const&);

/** `badge`: a badge of a report that `run --json` has written. */
struct badge_command {
  std::string report_file, file;
};

int run(badge_command const&);

/** `check-recording`: judges what was recorded; 3 when nothing in it could be judged. */
struct check_recording_command {
  std::string file;
  std::string protocol;  ///< empty: told by what is in the recording
  std::string json_file;
};

int run(check_recording_command const&);

/** `coverage`: which case judges which clause; 1 when a MUST clause of a server has none. */
struct coverage_command {
  bool missing_only = false;
};

int run(coverage_command const&);

}  // namespace uploadproto::conformance

#endif
