// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_JOB_JOB_REPORT_HPP
#define UPLOADPROTO_CLI_JOB_JOB_REPORT_HPP

#include <string>

#include "cli/command_line.hpp"
#include "cli/job/job_update.hpp"

namespace uploadproto::cli {

/** Where a browser finds the report that an end names; empty: it names none. */
std::string report_url(server_url const&, job_update const& end);

/** Where to ask for the report: only ever this server, which knows the token already. */
std::string report_path(contract::rest_interface const&, job_update const& end, std::string const& job_id);

/** What to type to watch a job that goes on; a token itself is left out. */
std::string watch_command(job_command const&, std::string const& job_id);

}  // namespace uploadproto::cli

#endif
