// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "http/upload_progress_routes.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <iterator>
#include <memory>
#include <optional>
#include <uploadproto/contract/rules.hpp>
#include <uploadproto/contract/upload_progress.hpp>
#include <utility>

#include "http/file_name.hpp"
#include "http/service_call.hpp"
#include "http/ticket_reply.hpp"
#include "http/upload_form.hpp"
#include "jobs/uuid.hpp"

namespace uploadproto::reference::http {
namespace {

constexpr auto const& declared = contract::upload_progress::info;
constexpr std::string_view id_field = declared.rest.job_id_field;

/** UP-L3. What is refused otherwise (a stalled sender, a full disk) may be sent again with the same id. */
constexpr status refusals_told[] = {status::bad_request, status::payload_too_large,
                                    status::unsupported_media_type, status::unprocessable_entity};

http_error no_such_batch() {
  return {status::not_found, "not_found", "No such batch"};
}

boost::json::string_view as_json(std::string_view text) {
  return {text.data(), text.size()};
}

std::string_view word_of(job_status s) {
  switch (s) {
    case job_status::completed:
      return "completed";
    case job_status::failed:
    case job_status::cancelled:
      return "error";
    default:
      return "processing";
  }
}

/** UP-H3. Members without a value are absent (CO-2). */
boost::json::object batch_json(job_view const& batch) {
  boost::json::object out{{"batch_id", batch.job_id},
                          {"status", as_json(word_of(batch.status))},
                          {"progress", batch.progress},
                          {"filename", batch.file_name}};
  if (batch.stage) out["stage"] = *batch.stage;
  if (batch.validation_stats) {
    out["total"] = batch.validation_stats->total_records;
    out["errors"] = batch.validation_stats->invalid_ids;
  }
  if (batch.database_stats) out["stored"] = batch.database_stats->inserts;
  if (batch.queue_position) out["queue_position"] = *batch.queue_position;
  if (batch.error) out["error"] = *batch.error;
  return out;
}

/** The handlers' common ground. */
struct routes : service_call {
  upload_progress_service& service;
  upload_progress_sockets sockets;
  upload_limits limits;

  /** The id that a request names is free for this user; it is his from now on. */
  awaitable<void> claim(request const& r, std::string const& batch_id) {
    if (!contract::matches(declared.rest.job_id_form, batch_id))
      throw http_error(status::bad_request, "invalid_batch_id", "The batch_id must be a UUID");
    using standing = upload_progress_service::standing;
    auto const found = co_await ask([&] { return service.look_up(r.user, batch_id); });
    if (found == standing::of_another || (found != standing::used && !sockets.take(batch_id, r.user)))
      throw http_error(status::forbidden, "not_your_batch", "This batch belongs to another user");
    if (found == standing::used)
      throw http_error(status::conflict, "batch_id_used", "An upload has been made with this batch_id");
    if (found == standing::too_many_wait)
      throw http_error(status::too_many_requests, "too_many_uploads",
                       "Too many of your uploads are under way; please wait for one to end");
  }

  awaitable<reply> upload(request& r) {
    auto const in_query = r.query_parameter(id_field);
    if (in_query) co_await claim(r, *in_query);
    form_fields fields;
    std::optional<received_file> received;
    std::optional<http_error> refusal;
    try {
      received = co_await receive_form(r, limits, service.uploads_directory(), pool, &fields);
    } catch (http_error const& e) {
      refusal = e;
    }
    auto const in_form = fields.find(id_field);
    auto batch_id = in_query.value_or(in_form != fields.end() ? in_form->second : std::string());
    if (in_query && in_form != fields.end() && in_form->second != *in_query)
      throw http_error(status::bad_request, "invalid_batch_id",
                       "The batch_id of the form is another than that of the query");
    if (!in_query && !batch_id.empty()) co_await claim(r, batch_id);
    if (refusal) co_await tell_refusal(r, batch_id, *refusal);
    if (batch_id.empty()) {
      batch_id = make_uuid();
      co_await claim(r, batch_id);
    }
    co_return co_await accept(r, std::move(batch_id), std::move(*received));
  }

  /** UP-L3: whoever watches the batch is told as well. */
  awaitable<void> tell_refusal(request const& r, std::string const& batch_id, http_error const& refusal) {
    auto const& told = refusals_told;
    bool const final = std::find(std::begin(told), std::end(told), refusal.status()) != std::end(told);
    if (!batch_id.empty() && final)
      co_await ask([&] { return service.refuse(r.user, batch_id, {}, refusal.what()); });
    throw http_error(refusal);
  }

  awaitable<reply> accept(request& r, std::string batch_id, received_file received) {
    auto const take = [&] {
      bool const taken =
          service.accept(r.user, batch_id, received.name, received.stored->path(), received.stored->size());
      if (taken) received.stored->release();
      return taken;
    };
    if (!co_await ask(take))
      throw http_error(status::conflict, "batch_id_used", "An upload has been made with this batch_id");
    co_return json_reply(status::accepted,
                         boost::json::object{{"batch_id", batch_id},
                                             {"status", "processing"},
                                             {"message", "The file was accepted for processing"}});
  }

  awaitable<reply> batch_status(request& r) {
    auto const batch = co_await ask([&] { return service.find(r.user, r.parameters[0]); });
    if (!batch) throw no_such_batch();
    co_return json_reply(status::ok, batch_json(*batch));
  }

  awaitable<reply> history(request& r) {
    auto const messages = co_await ask([&] { return service.history(r.user, r.parameters[0]); });
    if (!messages) throw no_such_batch();
    boost::json::array events;
    for (auto const& message : *messages) events.push_back(boost::json::parse(message));
    co_return json_reply(status::ok,
                         boost::json::object{{"batch_id", r.parameters[0]}, {"events", std::move(events)}});
  }

  awaitable<reply> cancel(request& r) {
    using result = upload_progress_service::cancel_result;
    auto const outcome = co_await ask([&] { return service.cancel(r.user, r.parameters[0]); });
    if (outcome == result::not_found) throw no_such_batch();
    if (outcome == result::already_ended)
      throw http_error(status::conflict, "already_ended", "The batch has already ended");
    co_return co_await batch_status(r);
  }

  awaitable<reply> ticket(request& r) {
    co_return ticket_reply(contract::upload_progress::info.rest, sockets.issue_ticket(r.user),
                           sockets.ticket_lifetime);
  }

  awaitable<reply> manager_status(request&) {
    constexpr auto const& limits_of = declared.limits;
    boost::json::object limits_json{
        {"max_connections_per_user", limits_of.max_connections_per_user.value_or(0)},
        {"max_message_size", limits_of.max_inbound_bytes.value_or(0)},
        {"messages_per_second", limits_of.max_inbound_per_second.value_or(0)},
        {"heartbeat_seconds", limits_of.heartbeat.value_or(std::chrono::seconds(0)).count()},
        {"connection_timeout_seconds", limits_of.idle_timeout.value_or(std::chrono::seconds(0)).count()},
        {"max_file_bytes", limits.max_file_bytes}};
    co_return json_reply(status::ok, boost::json::object{{"websocket_enabled", true},
                                                         {"manager_stats", sockets.stats()},
                                                         {"limits", std::move(limits_json)}});
  }
};

}  // namespace

boost::json::value error_detail(status, std::string_view code, std::string_view message) {
  return boost::json::object{
      {"detail", boost::json::object{{"code", as_json(code)}, {"message", as_json(message)}}}};
}

void add_upload_progress_routes(router& to, upload_progress_service& service, upload_progress_sockets sockets,
                                std::uint64_t max_file_bytes, asio::thread_pool& pool) {
  upload_limits limits{.max_file_bytes = max_file_bytes,
                       .file_field = std::string(declared.rest.upload_field),
                       .extension = ".csv",
                       .text_fields = {std::string(id_field)}};
  auto shared = std::make_shared<routes>(routes{{pool}, service, std::move(sockets), std::move(limits)});
  struct entry {
    verb method;
    std::string_view path;
    access needs;
    awaitable<reply> (routes::*answer)(request&);
  };
  constexpr auto const& rest = declared.rest;
  constexpr entry table[] = {
      {verb::post, rest.upload_path, access::bearer, &routes::upload},
      {verb::get, rest.status_path, access::bearer, &routes::batch_status},
      {verb::get, rest.history_path, access::bearer, &routes::history},
      {verb::delete_, rest.cancel_path, access::bearer, &routes::cancel},
      {verb::post, rest.ticket_path, access::bearer, &routes::ticket},
      {verb::get, "/api/v1/websocket/status", access::open, &routes::manager_status},
  };
  for (auto const& e : table)
    to.add(e.method, e.path, e.needs,
           [shared, answer = e.answer](request& r) { return ((*shared).*answer)(r); });
}

}  // namespace uploadproto::reference::http
