// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "http/job_json.hpp"

#include <boost/json/array.hpp>
#include <uploadproto/contract/timestamp.hpp>

namespace uploadproto::reference::http {
namespace {

boost::json::string_view as_json(std::string_view text) {
  return {text.data(), text.size()};
}

template <class T>
void set(boost::json::object& o, char const* name, std::optional<T> const& value) {
  if (value) o[name] = *value;
}

}  // namespace

boost::json::object job_json(job_view const& job) {
  boost::json::object o{{"job_id", job.job_id}, {"status", as_json(to_string(job.status))}};
  set(o, "stage", job.stage);
  o["progress"] = job.progress;
  o["file_name"] = job.file_name;
  o["uploaded_at"] = contract::format_timestamp(job.uploaded_at);
  if (job.ended_at) o["ended_at"] = contract::format_timestamp(*job.ended_at);
  set(o, "processing_duration_ms", job.processing_duration_ms);
  if (auto const& v = job.validation_stats)
    o["validation_stats"] = {{"total_records", v->total_records},
                             {"valid_records", v->valid_records},
                             {"invalid_ids", v->invalid_ids},
                             {"duplicates", v->duplicates},
                             {"not_registered", v->not_registered}};
  if (auto const& d = job.database_stats)
    o["database_stats"] = {{"inserts", d->inserts}, {"updates", d->updates}, {"errors", d->errors}};
  set(o, "report_path", job.report_path);
  set(o, "error", job.error);
  set(o, "queue_position", job.queue_position);
  o["attempt"] = job.attempt;
  return o;
}

boost::json::object page_json(job_page const& page) {
  boost::json::array jobs;
  for (auto const& job : page.jobs) jobs.push_back(job_json(job));
  auto const pages = page.limit == 0 ? 0 : (page.total + page.limit - 1) / page.limit;
  return {{"jobs", std::move(jobs)},
          {"page", page.page},
          {"limit", page.limit},
          {"total", page.total},
          {"pages", pages}};
}

boost::json::object counts_json(queue_counts const& counts) {
  return {{"waiting", counts.waiting},
          {"active", counts.active},
          {"completed", counts.completed},
          {"failed", counts.failed},
          {"total", counts.total}};
}

}  // namespace uploadproto::reference::http
