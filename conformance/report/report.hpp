// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_REPORT_REPORT_HPP
#define UPLOADPROTO_CONFORMANCE_REPORT_REPORT_HPP

#include <string>
#include <string_view>

#include "verdict/accounting.hpp"

namespace uploadproto::conformance {

/** What a report says of a run as a whole. */
struct run_heading {
  std::string target;   ///< its name
  std::string version;  ///< of the suite
  std::string program;  ///< how the run is repeated: the command, without `--case`
  std::string target_file = "target.toml";
};

/** The command that repeats one case of a run. */
std::string repeat_command(case_result const&, run_heading const&);

/** A case on one line: verdict, id, time; below it what was not kept. */
std::string terminal_case(case_result const&, run_heading const&, bool colour, bool with_trace);
/** Counts, objections, and whether it is a success. */
std::string terminal_summary(accounting const&, bool colour);

// Everything, as one document. Whatever a server has said in it, the document is well-formed.

std::string json_report(accounting const&, run_heading const&);
/** JUnit XML: a suite a protocol, and one more where the run is no success. */
std::string junit_report(accounting const&, run_heading const&);
/** One page that loads nothing. */
std::string html_report(accounting const&, run_heading const&);
/** SARIF 2.1.0 (OASIS): rules are clauses. */
std::string sarif_report(accounting const&, run_heading const&);

/** An SVG image: how many of those that were judged passed. */
std::string badge_report(accounting const&);
/** The same from what `json_report` wrote. @throws std::invalid_argument when it is none */
std::string badge_of_report(std::string_view json);

}  // namespace uploadproto::conformance

#endif
