// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_JOB_MESSAGES_HPP
#define UPLOADPROTO_CLI_JOB_MESSAGES_HPP

#include <istream>
#include <string>
#include <vector>

namespace uploadproto::cli {

/** The messages themselves, each a JSON object. @throws failure with `exit_code::usage` that says which is
 * not */
std::vector<std::string> checked_messages(std::vector<std::string> messages);

/** One message a line; empty lines are passed over. All of it is read, and judged, before any is sent.
    @throws failure with `exit_code::usage` for a line that is no JSON object, for none, and for over 64 MiB
 */
std::vector<std::string> read_messages(std::istream& in);

}  // namespace uploadproto::cli

#endif
