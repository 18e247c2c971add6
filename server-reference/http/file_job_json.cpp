// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "http/file_job_json.hpp"

#include <boost/json/array.hpp>
#include <string>
#include <uploadproto/contract/timestamp.hpp>
#include <utility>
#include <vector>

namespace uploadproto::reference::http {
namespace {

boost::json::array as_array(std::vector<std::string> const& lines) {
  boost::json::array array;
  for (auto const& line : lines) array.emplace_back(line);
  return array;
}

}  // namespace

boost::json::object file_job_json(file_job_view const& job) {
  boost::json::object out{{"jobId", job.job_id},
                          {"templateName", job.template_name},
                          {"fileName", job.file_name},
                          {"status", job.status},
                          {"progress", job.progress},
                          {"message", job.message},
                          {"errors", as_array(job.errors)},
                          {"createdAt", contract::format_timestamp(job.created_at)}};
  if (job.processed) out["processed"] = *job.processed;
  if (job.total) out["total"] = *job.total;
  if (job.ended_at) out["completedAt"] = contract::format_timestamp(*job.ended_at);
  if (job.error) out["error"] = *job.error;
  if (job.result)
    out["result"] = {{"message", job.result->message},
                     {"processed", job.result->processed},
                     {"total", job.result->total},
                     {"errors", as_array(job.result->errors)}};
  return out;
}

boost::json::object stored_page_json(stored_page page) {
  return {{"data", std::move(page.rows)},
          {"page", page.page},
          {"limit", page.limit},
          {"total", page.total},
          {"totalPages", (page.total + page.limit - 1) / page.limit}};
}

}  // namespace uploadproto::reference::http
