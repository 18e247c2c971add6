// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_REPORT_REPORT_HPP
#define UPLOADPROTO_CONFORMANCE_REPORT_REPORT_HPP

#include <string>

#include "verdict/accounting.hpp"

namespace uploadproto::conformance {

/** What a report says of a run as a whole. */
struct run_heading {
  std::string target;   ///< its name
  std::string version;  ///< of the suite
  std::string program;  ///< how the run is repeated: the command, without `--case`
};

/** A case on one line: verdict, id, time; below it what was not kept. */
std::string terminal_case(case_result const&, run_heading const&, bool colour, bool with_trace);
/** Counts, objections, and whether it is a success. */
std::string terminal_summary(accounting const&, bool colour);

/** Everything, as one JSON document. */
std::string json_report(accounting const&, run_heading const&);

}  // namespace uploadproto::conformance

#endif
