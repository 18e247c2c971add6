// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_COMMAND_LINE_HPP
#define UPLOADPROTO_CLI_COMMAND_LINE_HPP

#include <chrono>
#include <filesystem>
#include <string>
#include <uploadproto/contract/protocol.hpp>
#include <variant>
#include <vector>

#include "cli/server_url.hpp"

namespace uploadproto::cli {

/** Text to be printed on stdout, and nothing else to be done: `--help`, `--version`. */
struct print_text {
  std::string text;
};

/** `uploadproto token`. */
struct token_command {
  std::string user;
  std::filesystem::path secret_file;
  std::chrono::milliseconds ttl{};
};

/** Where the token comes from: exactly one of the three. */
struct token_choice {
  std::string token;
  std::filesystem::path token_file;
  std::string user;  ///< signed here, with the secret file
  std::filesystem::path secret_file;

  /** Whether there is to be one at all. */
  bool given() const { return !token.empty() || !token_file.empty() || !user.empty(); }
};

/** `uploadproto upload` of one file, `watch` of one job, `send`. */
struct job_command {
  contract::protocol_info const* protocol = nullptr;
  std::filesystem::path file;         ///< to upload
  std::string template_name;          ///< that the file is loaded through; empty: the protocol has none
  std::vector<std::string> messages;  ///< to send, each a JSON object
  bool messages_from_stdin = false;   ///< they are to be read there first
  bool follow = true;                 ///< false: what was sent is not waited for
  std::string job_id;                 ///< to watch
  server_url server;                  ///< where the events are
  server_url upload_server;           ///< where the REST is
  token_choice token;
  std::filesystem::path ca_file;      ///< empty: the system's authorities
  std::filesystem::path report_file;  ///< empty: the report is not fetched
  std::chrono::milliseconds timeout{};
  bool json = false;
  bool colour = true;
  bool cancel_on_interrupt = false;
};

/** `uploadproto upload` of several files: a job each. */
struct upload_command {
  std::vector<job_command> jobs;
  std::size_t parallel = 0;  ///< at most so many at a time
};

/** `uploadproto watch` of everything that a server tells everybody. */
struct stream_command {
  job_command what;
};

/** `uploadproto schema`. */
struct schema_command {
  std::string format;
  std::vector<std::string> protocols;  ///< empty: all
};

using command =
    std::variant<print_text, schema_command, token_command, job_command, upload_command, stream_command>;

/** Reads the arguments, the program's name left out.
    @throws failure with `exit_code::usage` and one sentence */
command parse_command_line(std::vector<std::string> const& arguments);

}  // namespace uploadproto::cli

#endif
