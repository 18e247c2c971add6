// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "http/file_upload_routes.hpp"

#include <memory>
#include <string>
#include <uploadproto/contract/file_upload.hpp>
#include <uploadproto/contract/rules.hpp>
#include <utility>

#include "http/file_job_json.hpp"
#include "http/query_number.hpp"
#include "http/random_text.hpp"
#include "http/service_call.hpp"
#include "http/upload_form.hpp"
#include "ingest/excerpt.hpp"

namespace uploadproto::reference::http {
namespace {

constexpr auto const& declared = contract::file_upload::info.rest;
constexpr std::string_view workbook_type =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

boost::json::string_view as_json(std::string_view text) {
  return {text.data(), text.size()};
}

bool query_flag(request const& r, std::string_view name) {
  auto const text = r.query_parameter(name).value_or("false");
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  throw http_error(status::bad_request, "invalid_parameter",
                   "The parameter \"" + std::string{name} + "\" must be true or false");
}

/** A workbook that goes away with the answer. */
reply workbook_reply(file_upload_service::work_file file, std::string const& name) {
  reply answer;
  answer.file = *file;
  answer.until_sent = std::move(file);
  answer.headers.set(field::content_type, as_json(workbook_type));
  answer.headers.set(field::content_disposition, "attachment; filename=\"" + name + ".xlsx\"");
  return answer;
}

/** The handlers' common ground. */
struct routes : service_call {
  file_upload_service& service;
  upload_limits limits;

  /** The template that the path names. */
  template_set::template_ptr through(request const& r) const {
    auto found = service.templates().find(r.parameters[0]);
    if (!found) throw http_error(status::not_found, "not_found", no_template(r.parameters[0]));
    return found;
  }

  std::string no_template(std::string_view name) const {
    std::string known;
    for (auto const& [each, unused] : service.templates().all()) known += (known.empty() ? "" : ", ") + each;
    return "There is no template \"" + excerpt(name, 64) + "\"; there are: " + known;
  }

  /** FU-H1: as the client has chosen it, wherever it stands in the form. */
  static std::string job_id_of(form_fields const& fields) {
    auto const chosen = fields.find(declared.job_id_field);
    if (chosen == fields.end()) return random_hexadecimal(16);
    if (!contract::matches(declared.job_id_form, chosen->second))
      throw http_error(status::bad_request, "invalid_job_id",
                       "The field \"" + std::string{declared.job_id_field} + "\" must be " +
                           std::string{contract::name_of(declared.job_id_form)});
    return chosen->second;
  }

  awaitable<reply> upload(request& r) {
    auto const way = through(r);
    form_fields fields;
    auto received = co_await receive_form(r, limits, service.uploads_directory(), pool, &fields);
    auto const job_id = job_id_of(fields);
    auto const accept = [&] {
      bool const taken =
          service.accept(job_id, *way, received.name, received.stored->path(), received.stored->size());
      if (taken) received.stored->release();
      return taken;
    };
    bool const accepted = co_await ask(accept);
    if (!accepted)
      throw http_error(status::conflict, "job_id_used", "This job id has been used; please choose another");
    co_return json_reply(status::accepted, {{"jobId", job_id}, {"status", "queued"}});
  }

  awaitable<reply> job(request& r) {
    auto const found = co_await ask([&] { return service.find(r.parameters[0]); });
    if (!found) throw http_error(status::not_found, "not_found", "No such job");
    co_return json_reply(status::ok, file_job_json(*found));
  }

  awaitable<reply> all_templates(request&) {
    boost::json::array list;
    for (auto const& [name, each] : service.templates().all()) list.push_back(template_json(*each));
    co_return json_reply(status::ok, std::move(list));
  }

  awaitable<reply> one_template(request& r) {
    auto const way = through(r);
    co_return json_reply(status::ok, template_json(*way));
  }

  awaitable<reply> download(request& r) {
    auto const way = through(r);
    bool const samples = query_flag(r, "includeSample");
    auto file = co_await ask([&] { return service.template_workbook(*way, samples); });
    co_return workbook_reply(std::move(file), way->name + "-template");
  }

  awaitable<reply> data(request& r) {
    auto const way = through(r);
    auto const page = query_number(r, "page", 1);
    auto const limit = query_number(r, "limit", 20);
    auto found = co_await ask([&] { return service.rows(way->name, page, limit); });
    co_return json_reply(status::ok, stored_page_json(std::move(found)));
  }

  awaitable<reply> export_rows(request& r) {
    auto const way = through(r);
    auto file = co_await ask([&] { return service.export_rows(*way); });
    co_return workbook_reply(std::move(file), way->name);
  }
};

}  // namespace

void add_file_upload_routes(router& to, file_upload_service& service, std::uint64_t max_file_bytes,
                            asio::thread_pool& pool) {
  upload_limits limits{.max_file_bytes = max_file_bytes,
                       .file_field = std::string{declared.upload_field},
                       .extension = ".xlsx",
                       .further_extensions = {".csv"},
                       .text_fields = {std::string{declared.job_id_field}}};
  auto shared = std::make_shared<routes>(routes{{pool}, service, std::move(limits)});
  struct entry {
    verb method;
    std::string_view path;
    awaitable<reply> (routes::*answer)(request&);
  };
  constexpr entry table[] = {
      {verb::post, declared.upload_path, &routes::upload},                // FU-H1
      {verb::get, declared.status_path, &routes::job},                    // FU-H2
      {verb::get, "/file/templates", &routes::all_templates},             // FU-H3
      {verb::get, "/file/templates/{name}", &routes::one_template},       // FU-H3
      {verb::get, "/file/templates/{name}/download", &routes::download},  // FU-H3
      {verb::get, "/file/data/{templateName}", &routes::data},            // FU-H4
      {verb::get, "/file/export/{templateName}", &routes::export_rows},   // FU-H5
  };
  for (auto const& e : table)
    to.add(e.method, e.path, access::open,
           [shared, answer = e.answer](request& r) { return ((*shared).*answer)(r); });
}

boost::json::value status_code_error(status code, std::string_view, std::string_view message) {
  return {{"statusCode", static_cast<unsigned>(code)},
          {"message", as_json(message)},
          {"error", beast::http::obsolete_reason(code)}};
}

}  // namespace uploadproto::reference::http
