// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_TOKEN_SOURCE_HPP
#define UPLOADPROTO_CLI_TOKEN_SOURCE_HPP

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>

#include "cli/command_line.hpp"

namespace uploadproto::cli {

/** The text of a small file without the blanks around it.
    @throws failure with `exit_code::usage` when it cannot be read, is empty or is over 64 KiB */
std::string read_text_file(std::filesystem::path const&);

/** A token for a user (JW-5, JW-8): HS256, claims `sub`, `id`, `type` `access`, `iat`, `exp`.
    @throws failure with `exit_code::usage` for a secret under 32 bytes */
std::string make_token(std::string const& user, std::string const& secret, std::chrono::seconds ttl,
                       std::chrono::system_clock::time_point now);

/** Gives the token for each new connection: the same one, the file's present text, or a freshly signed one.
    Tried once here. @return null when there is to be no token @throws failure as above */
std::function<std::string()> make_token_source(token_choice const&);

}  // namespace uploadproto::cli

#endif
