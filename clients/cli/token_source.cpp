// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/token_source.hpp"

#include <boost/json/object.hpp>
#include <fstream>
#include <uploadproto/wire/jwt.hpp>

#include "cli/exit_code.hpp"

namespace uploadproto::cli {
namespace {

constexpr std::size_t largest_text = 64 * 1024;
constexpr std::chrono::hours life_of_own_tokens{1};

[[noreturn]] void refuse(std::string const& sentence) {
  throw failure(exit_code::usage, sentence);
}

}  // namespace

std::string read_text_file(std::filesystem::path const& file) {
  std::error_code ignored;
  bool const directory = std::filesystem::is_directory(file, ignored);
  std::ifstream in(file, std::ios::binary);
  std::string text(largest_text + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (directory || !in.is_open() || in.bad()) refuse("cannot read " + file.string());
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > largest_text) refuse(file.string() + " is too large for what it should hold");
  constexpr char const* blanks = " \t\r\n";
  std::size_t const first = text.find_first_not_of(blanks);
  if (first == std::string::npos) refuse(file.string() + " is empty");
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string make_token(std::string const& user, std::string const& secret, std::chrono::seconds ttl,
                       std::chrono::system_clock::time_point now) {
  auto const key = wire::jwt::key::from_secret(secret);
  if (!key) refuse("the secret cannot sign tokens: " + key.error().message());
  std::int64_t const issued =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  auto const token = wire::jwt::sign(
      *key,
      {{"sub", user}, {"id", user}, {"type", "access"}, {"iat", issued}, {"exp", issued + ttl.count()}});
  if (!token) refuse("cannot sign a token: " + token.error().message());
  return *token;
}

std::function<std::string()> make_token_source(token_choice const& choice) {
  std::function<std::string()> source;
  if (!choice.given()) return source;
  if (!choice.user.empty())
    source = [choice] {
      return make_token(choice.user, read_text_file(choice.secret_file), life_of_own_tokens,
                        std::chrono::system_clock::now());
    };
  else if (!choice.token_file.empty())
    source = [file = choice.token_file] { return read_text_file(file); };
  else
    source = [token = choice.token] { return token; };
  std::string const token = source();
  for (char c : token)
    if (static_cast<unsigned char>(c) <= ' ' || static_cast<unsigned char>(c) >= 0x7F)
      refuse("the token contains a character that no token has");
  return source;
}

}  // namespace uploadproto::cli
