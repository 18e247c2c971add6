// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/messages.hpp"

#include <uploadproto/wire/json.hpp>

#include "cli/exit_code.hpp"

namespace uploadproto::cli {
namespace {

constexpr std::size_t most_bytes = std::size_t{64} << 20;

[[noreturn]] void refuse(std::string const& sentence) {
  throw failure(exit_code::usage, sentence);
}

void check(std::string const& message, std::string const& where) {
  auto const parsed = wire::parse_json(message);
  if (!parsed) refuse(where + " is no JSON: " + parsed.error().message());
  if (!parsed->is_object()) refuse(where + " is no JSON object");
}

bool is_blank(std::string const& line) {
  return line.find_first_not_of(" \t\r") == std::string::npos;
}

}  // namespace

std::vector<std::string> checked_messages(std::vector<std::string> messages) {
  for (std::size_t i = 0; i != messages.size(); ++i)
    check(messages[i], messages.size() == 1 ? "the message" : "message " + std::to_string(i + 1));
  return messages;
}

std::vector<std::string> read_messages(std::istream& in) {
  std::vector<std::string> messages;
  std::string line;
  std::size_t bytes = 0, number = 0;
  while (std::getline(in, line)) {
    ++number;
    if ((bytes += line.size()) > most_bytes) refuse("the standard input is over 64 MiB");
    if (is_blank(line)) continue;
    check(line, "line " + std::to_string(number) + " of the standard input");
    messages.push_back(line);
  }
  if (messages.empty()) refuse("the standard input holds no messages");
  return messages;
}

}  // namespace uploadproto::cli
