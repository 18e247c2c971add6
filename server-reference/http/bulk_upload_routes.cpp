// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "http/bulk_upload_routes.hpp"

#include <memory>
#include <type_traits>
#include <utility>

#include "http/job_json.hpp"
#include "http/query_number.hpp"
#include "http/service_call.hpp"

namespace uploadproto::reference::http {
namespace {

constexpr std::string_view workbook_type =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

http_error no_such_job() {
  return {status::not_found, "not_found", "No such job"};
}

/** The handlers' common ground. */
struct routes : service_call {
  bulk_upload_service& service;
  upload_limits limits;

  awaitable<reply> process(request& r) {
    auto received = co_await receive_form(r, limits, service.uploads_directory(), pool);
    auto const accept = [&] {
      auto made = service.accept(r.user, received.name, received.stored->path(), received.stored->size());
      received.stored->release();
      return made;
    };
    auto const made = co_await ask(accept);
    co_return success_reply(status::accepted, "File accepted for processing",
                            {{"job_id", made.job_id},
                             {"status", std::string{to_string(made.status)}},
                             {"file_name", made.file_name},
                             {"queue_position", made.queue_position}});
  }

  awaitable<reply> job_status(request& r) {
    auto const job = co_await ask([&] { return service.find(r.user, r.parameters[0]); });
    if (!job) throw no_such_job();
    co_return success_reply(status::ok, "Job status", job_json(*job));
  }

  awaitable<reply> report(request& r) {
    auto file = co_await ask([&] { return service.report_file(r.user, r.parameters[0]); });
    if (!file) {
      auto const job = co_await ask([&] { return service.find(r.user, r.parameters[0]); });
      if (!job) throw no_such_job();
      if (job->status == job_status::completed)
        throw http_error(status::not_found, "report_expired", "The job's report is no longer kept");
      throw http_error(status::not_found, "no_report", "The job has no report");
    }
    reply answer;
    answer.file = std::move(*file);
    answer.headers.set(field::content_type, {workbook_type.data(), workbook_type.size()});
    answer.headers.set(field::content_disposition,
                       "attachment; filename=\"report-" + r.parameters[0] + ".xlsx\"");
    answer.headers.set(field::cache_control, "private, no-store");
    co_return answer;
  }

  awaitable<reply> cancel(request& r) {
    using result = bulk_upload_service::cancel_result;
    auto const outcome = co_await ask([&] { return service.cancel(r.user, r.parameters[0]); });
    if (outcome == result::not_found) throw no_such_job();
    if (outcome == result::already_ended)
      throw http_error(status::conflict, "already_ended", "The job has already ended");
    co_return co_await changed_job(r, "Job cancelled");
  }

  awaitable<reply> retry(request& r) {
    using result = bulk_upload_service::retry_result;
    auto const outcome = co_await ask([&] { return service.retry(r.user, r.parameters[0]); });
    if (outcome == result::not_found) throw no_such_job();
    if (outcome == result::conflict)
      throw http_error(status::conflict, "not_retryable", "Only a failed or cancelled job can be retried");
    if (outcome == result::file_gone)
      throw http_error(status::conflict, "file_expired",
                       "The job's file is no longer kept; please upload it again");
    co_return co_await changed_job(r, "Job queued again");
  }

  awaitable<reply> changed_job(request& r, std::string_view message) {
    auto const job = co_await ask([&] { return service.find(r.user, r.parameters[0]); });
    if (!job) throw no_such_job();
    co_return success_reply(status::ok, message, job_json(*job));
  }

  awaitable<reply> history(request& r) {
    auto const page = query_number(r, "page", 1);
    auto const limit = query_number(r, "limit", 20);
    auto const found = co_await ask([&] { return service.history(r.user, page, limit); });
    co_return success_reply(status::ok, "Job history", page_json(found));
  }

  awaitable<reply> queue_stats(request& r) {
    auto const counts = co_await ask([&] { return service.queue_stats(r.user); });
    co_return success_reply(status::ok, "Queue statistics", counts_json(counts));
  }

  awaitable<reply> queue_jobs(request& r) {
    auto const limit = query_number(r, "limit", 20);
    auto const found = co_await ask([&] { return service.queue_jobs(r.user, limit); });
    boost::json::array jobs;
    for (auto const& job : found) jobs.push_back(job_json(job));
    co_return success_reply(status::ok, "Queued jobs", {{"jobs", std::move(jobs)}});
  }
};

}  // namespace

void add_bulk_upload_routes(router& to, bulk_upload_service& service, upload_limits limits,
                            asio::thread_pool& pool) {
  auto shared = std::make_shared<routes>(routes{{pool}, service, std::move(limits)});
  struct entry {
    verb method;
    std::string_view path;
    awaitable<reply> (routes::*answer)(request&);
  };
  constexpr entry table[] = {
      {verb::post, "/process", &routes::process},             // BU-H1
      {verb::get, "/status/{job_id}", &routes::job_status},   // BU-H2
      {verb::get, "/report/{job_id}", &routes::report},       // BU-H3
      {verb::post, "/cancel/{job_id}", &routes::cancel},      // BU-H4
      {verb::get, "/history", &routes::history},              // BU-H5
      {verb::get, "/queue/stats", &routes::queue_stats},      // BU-H6
      {verb::get, "/queue/jobs", &routes::queue_jobs},        // BU-H7
      {verb::post, "/queue/retry/{job_id}", &routes::retry},  // BU-H8
  };
  for (auto const& e : table)
    to.add(e.method, "/api/v1/bulk-upload" + std::string{e.path}, access::bearer,
           [shared, answer = e.answer](request& r) { return ((*shared).*answer)(r); });
}

}  // namespace uploadproto::reference::http
