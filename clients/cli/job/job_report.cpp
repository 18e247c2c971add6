// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/job_report.hpp"

#include <uploadproto/contract/rules.hpp>

namespace uploadproto::cli {

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
  std::string text = "uploadproto watch " + job_id + " --protocol " + std::string(what.protocol->name) +
                     " --server " + what.server.text();
  if (what.upload_server.text() != what.server.text())
    text += " --upload-server " + what.upload_server.text();
  return text;
}

}  // namespace uploadproto::cli
