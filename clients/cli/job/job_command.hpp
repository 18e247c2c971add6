// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_JOB_JOB_COMMAND_HPP
#define UPLOADPROTO_CLI_JOB_JOB_COMMAND_HPP

#include "cli/command_line.hpp"
#include "cli/display/display.hpp"

namespace uploadproto::cli {

/** Runs `upload` or `watch` with an event loop and signals of its own.
    @throws failure, which has been shown on the display already */
exit_code run_job_command(job_command const&, display&);

}  // namespace uploadproto::cli

#endif
