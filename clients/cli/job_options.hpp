// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_JOB_OPTIONS_HPP
#define UPLOADPROTO_CLI_JOB_OPTIONS_HPP

/** @file
    The options of `upload`, `watch` and `send` as they were typed, and what they mean together. Failures are
    thrown as `failure` with `exit_code::usage` and one sentence. */
#include <string>
#include <vector>

#include "cli/command_line.hpp"

namespace uploadproto::cli {

/** The texts of one subcommand's options. */
struct raw_options {
  std::vector<std::string> subjects;  ///< files, a job's id, messages
  std::string protocol = "bulk_upload", server, upload_server, token, token_file, user, secret_file, ca_file;
  std::string template_name, report;
  std::string timeout = "30s", ttl = "24h", parallel = "3";
  bool json = false, no_color = false, cancel_on_interrupt = false, no_wait = false;
};

[[noreturn]] void refuse(std::string const& sentence);

/** The secret file that is named here, in the environment, or by custom. */
std::filesystem::path secret_file_of(raw_options const&);
std::chrono::milliseconds duration_option(std::string const& option, std::string const& text);

command read_upload(raw_options const&);
command read_watch(raw_options const&);
command read_send(raw_options const&);

}  // namespace uploadproto::cli

#endif
