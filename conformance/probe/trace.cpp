// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "probe/trace.hpp"

#include <algorithm>
#include <cstdio>

namespace uploadproto::conformance {
namespace {

constexpr std::size_t longest_line = 2048, most_lines = 5000;
constexpr std::string_view token_start = "eyJ";  // of every JSON object that is base64url-encoded

bool in_token(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.';
}

char arrow(trace::direction d) {
  return d == trace::direction::sent ? '>' : d == trace::direction::received ? '<' : '*';
}

}  // namespace

std::string without_tokens(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::size_t const at = text.find(token_start);
    out += text.substr(0, at);
    if (at == text.npos) break;
    text.remove_prefix(at);
    auto const end = std::ranges::find_if_not(text, in_token);
    std::string_view const word(text.begin(), end);
    out += word.find('.') == word.npos ? word : std::string_view("<token>");
    text.remove_prefix(word.size());
  }
  return out;
}

void trace::add(std::string_view who, direction d, std::string_view text) {
  if (full_) return;
  full_ = lines_.size() == most_lines;
  if (full_) {
    who = "trace";
    d = direction::note;
    text = "the rest is left out";
  }
  std::string kept = without_tokens(text.substr(0, longest_line));
  if (text.size() > longest_line) kept += "… (" + std::to_string(text.size()) + " bytes)";
  for (char& c : kept)
    if (static_cast<unsigned char>(c) < 0x20) c = c == '\x1e' ? '|' : ' ';
  lines_.push_back({clock::now(), std::string(who), d, std::move(kept)});
}

std::string trace::render() const {
  std::string out;
  for (line const& l : lines_) {
    double const ms = std::chrono::duration<double, std::milli>(l.when - began_).count();
    char head[32];
    std::snprintf(head, sizeof head, "%9.1f ms  ", ms);
    out.append(head).append(l.who).append(" ").append(1, arrow(l.direction)).append(" ");
    out.append(l.text).append("\n");
  }
  return out;
}

}  // namespace uploadproto::conformance
