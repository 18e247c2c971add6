// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_JOB_JOB_COMMAND_HPP
#define UPLOADPROTO_CLI_JOB_JOB_COMMAND_HPP

/** @file
    The commands that talk to a server, each with an event loop and signals of its own. */
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/display/display.hpp"
#include "cli/display/group_display.hpp"

namespace uploadproto::cli {

/** `upload` of one file, `watch` of one job, `send`. @throws failure */
exit_code run_job_command(job_command const&, display&);

/** `watch` of everything. @throws failure */
exit_code run_stream_command(stream_command const&, display&);

/** `upload` of several files.
    @param problems takes a sentence for each file whose job has not come to an end of its own
    @throws failure, before anything is sent, for a file that cannot be used */
exit_code run_upload_command(upload_command const&, group_display&, std::vector<std::string>& problems);

/** What to call each file: its name, or its path where two have the same name. */
std::vector<std::string> labels_of(upload_command const&);

}  // namespace uploadproto::cli

#endif
