// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_APP_TOKEN_KEYS_HPP
#define UPLOADPROTO_REFERENCE_APP_TOKEN_KEYS_HPP

#include <filesystem>
#include <memory>
#include <optional>
#include <uploadproto/wire/jwt.hpp>

#include "config/settings.hpp"

namespace uploadproto::reference {

/** What tokens are verified by, and what tickets can be signed by if there is a secret among it. */
struct token_keys {
  wire::jwt::key_set keys;
  wire::jwt::verifier::options options;
  std::shared_ptr<wire::jwt::verifier const> sessions;  ///< that HTTP and sockets share (BU-A5)
  std::optional<wire::jwt::key> signing{};              ///< what sessions can be signed by; none: no secret
};

/** From the configured key file; without one from `jwt-secret` in the data directory, which is made, random
   and readable by its owner alone, if it is not there.

    A secret is the file's text without line ends and spaces around it.
    @throws invalid_setting naming the file; never a key (JW-6) */
token_keys read_token_keys(token_settings const& tokens, std::filesystem::path const& data_directory);

/** Whether a key file is configured; if not, the verifier needs the data directory. */
bool has_key_file(token_settings const& tokens);

/** The name of the secret's file in a data directory. */
inline constexpr char const* secret_file_name = "jwt-secret";

/** A file's text without white space around it; for secrets and passwords. @throws invalid_setting */
std::string read_secret_file(std::filesystem::path const& file);

}  // namespace uploadproto::reference

#endif
