// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "app/token_keys.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "config/text_file.hpp"
#include "http/random_text.hpp"

namespace uploadproto::reference {
namespace {

namespace jwt = wire::jwt;

template <class T>
T usable(result<T> made, std::filesystem::path const& file) {
  if (made) return std::move(*made);
  throw invalid_setting(file.string() + ": " + made.error().message());
}

/** Puts a secret of 256 bits there unless something is there; whoever comes second reads what the first
 * wrote. */
void make_secret_file(std::filesystem::path const& file) {
  if (std::filesystem::exists(file)) return;
  auto const fail = [&] {
    throw invalid_setting("cannot make the secret file " + file.string() + ": " + std::strerror(errno));
  };
  auto const text = http::random_hexadecimal(32) + "\n";
  auto const draft = file.string() + '.' + http::random_hexadecimal(4);
  int const descriptor = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) fail();
  bool const written = ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       ::fsync(descriptor) == 0;
  ::close(descriptor);
  bool const linked = written && (::link(draft.c_str(), file.c_str()) == 0 || errno == EEXIST);
  int const saved = errno;
  ::unlink(draft.c_str());
  errno = saved;
  if (!linked) fail();
}

std::optional<jwt::algorithm> algorithm_of(token_settings const& tokens) {
  if (tokens.algorithm.empty()) return std::nullopt;
  return jwt::parse_algorithm(tokens.algorithm).value();
}

/** The keys, and the secret among them if there is one. */
std::pair<jwt::key_set, std::optional<jwt::key>> read_keys(token_settings const& tokens,
                                                           std::filesystem::path const& data_directory) {
  int const given = !tokens.secret_file.empty() + !tokens.public_key_file.empty() + !tokens.jwks_file.empty();
  if (given > 1)
    throw invalid_setting("only one of jwt.secret_file, jwt.public_key_file and jwt.jwks_file can be set");
  if (!tokens.jwks_file.empty())
    return {
        usable(jwt::key_set::from_jwks(read_text_file(tokens.jwks_file, "the key file")), tokens.jwks_file),
        std::nullopt};
  if (!tokens.public_key_file.empty())
    return {usable(jwt::key::from_pem(read_text_file(tokens.public_key_file, "the key file"),
                                      algorithm_of(tokens)),
                   tokens.public_key_file),
            std::nullopt};
  auto file = tokens.secret_file;
  if (file.empty()) {
    file = data_directory / secret_file_name;
    make_secret_file(file);
  }
  auto secret = usable(
      jwt::key::from_secret(read_secret_file(file), algorithm_of(tokens).value_or(jwt::algorithm::hs256)),
      file);
  return {secret, secret};
}

}  // namespace

bool has_key_file(token_settings const& tokens) {
  return !tokens.secret_file.empty() || !tokens.public_key_file.empty() || !tokens.jwks_file.empty();
}

std::string read_secret_file(std::filesystem::path const& file) {
  auto const text = read_text_file(file, "the secret file");
  constexpr auto blanks = " \t\r\n";
  auto const first = text.find_first_not_of(blanks);
  if (first == std::string::npos) throw invalid_setting("the file " + file.string() + " is empty");
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

token_keys read_token_keys(token_settings const& tokens, std::filesystem::path const& data_directory) {
  auto [keys, signing] = read_keys(tokens, data_directory);
  token_keys read{std::move(keys), {.leeway = tokens.leeway}, nullptr, std::move(signing)};
  if (!tokens.issuer.empty()) read.options.issuer = tokens.issuer;
  if (!tokens.audience.empty()) read.options.audience = tokens.audience;
  read.sessions = std::make_shared<jwt::verifier const>(read.keys, read.options);
  return read;
}

}  // namespace uploadproto::reference
