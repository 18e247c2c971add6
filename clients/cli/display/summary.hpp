// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_DISPLAY_SUMMARY_HPP
#define UPLOADPROTO_CLI_DISPLAY_SUMMARY_HPP

#include <string>
#include <vector>

#include "cli/display/display.hpp"

namespace uploadproto::cli {

/** What there is to say in the end, line by line: the outcome, the counts, where the report is. */
std::vector<std::string> summary_lines(job_end const&, std::chrono::milliseconds seen);

/** An event of a stream in one line. */
std::string event_line(job_update const&);

/** How several jobs ended: `3 files: 2 completed, 1 failed in 12.3 s`. */
std::string total_line(std::size_t files, std::size_t completed, std::chrono::milliseconds seen);

}  // namespace uploadproto::cli

#endif
