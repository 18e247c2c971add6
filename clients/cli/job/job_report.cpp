// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/job_report.hpp"

#include <uploadproto/contract/rules.hpp>

namespace uploadproto::cli {
namespace {

/** One word of a POSIX shell's command line, whatever a server or a user put into it. */
std::string in_shell(std::string const& word) {
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@%+=:,./_-";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
  std::string quoted = "'";
  for (char const c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace

std::string report_url(server_url const& server, job_update const& end) {
  if (end.kind != contract::event_kind::completed || end.report.empty()) return {};
  return end.report.front() == '/' ? server.text() + end.report : end.report;
}

std::string report_path(contract::rest_interface const& rest, job_update const& end,
                        std::string const& job_id) {
  std::string const& named = end.report;
  bool const path =
      contract::matches(contract::pattern::api_path, named) && named.front() == '/' && named[1] != '/';
  return path ? named : contract::path_for(rest.report_path, job_id);
}

std::string watch_command(job_command const& what, std::string const& job_id) {
  std::string text = "uploadproto watch " + in_shell(job_id) + " --protocol " +
                     std::string(what.protocol->name) + " --server " + what.server.text();
  if (what.upload_server.text() != what.server.text())
    text += " --upload-server " + what.upload_server.text();
  if (!what.token.user.empty())
    text += " --user " + in_shell(what.token.user) + " --secret-file " +
            in_shell(what.token.secret_file.string());
  else if (!what.token.token_file.empty())
    text += " --token-file " + in_shell(what.token.token_file.string());
  else if (!what.token.token.empty())
    text += " --token …";
  return text;
}

}  // namespace uploadproto::cli
