// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "http/producer_routes.hpp"

#include <spdlog/spdlog.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <memory>
#include <uploadproto/contract/timestamp.hpp>
#include <utility>

#include "http/off_loop.hpp"
#include "http/small_body.hpp"
#include "http/upload_form.hpp"
#include "http/upload_json.hpp"
#include "ingest/csv_parser.hpp"
#include "pipelines/consumer_events/order_json.hpp"
#include "storage/storage_error.hpp"

namespace uploadproto::reference::http {
namespace {

namespace json = boost::json;

constexpr std::size_t max_order_bytes = 64 * 1024;

/** A refusal in this protocol's form. */
struct refusal {
  http::status code;
  std::string_view name;
  std::string message;
  json::array errors{};
  std::string job_id{};
};

json::string_view as_json(std::string_view text) {
  return {text.data(), text.size()};
}

json::object error_object(std::string_view name, std::string_view message) {
  return {{"status", "error"},
          {"code", as_json(name)},
          {"message", as_json(message)},
          {"timestamp", contract::format_timestamp(std::chrono::system_clock::now())}};
}

reply to_reply(refusal r) {
  auto o = error_object(r.name, r.message);
  if (!r.errors.empty()) o["errors"] = std::move(r.errors);
  if (!r.job_id.empty()) o["jobId"] = r.job_id;
  auto answer = json_reply(r.code, o);
  if (r.code == status::service_unavailable) answer.headers.set(field::retry_after, "5");
  return answer;
}

refusal wrong_order(std::vector<order_problem> const& problems) {
  refusal r{status::bad_request, "invalid_order", "The order is not valid: " + sentence_of(problems)};
  for (auto const& [name, what] : problems) {
    json::object o;
    if (!name.empty()) o["field"] = as_json(name);
    o["message"] = what;
    r.errors.push_back(std::move(o));
  }
  return r;
}

refusal wrong_file(input_error const& error) {
  refusal r{status::bad_request, "invalid_csv", error.what()};
  if (error.problem() == input_problem::unreadable || error.problem() == input_problem::no_space)
    return {status::internal_server_error, "internal_error", "The server failed to read the file"};
  if (auto const* const placed = dynamic_cast<csv_error const*>(&error)) {
    json::object o{{"row", placed->row()}};
    if (placed->column() != 0) o["column"] = placed->column();
    o["message"] = error.what();
    r.errors.push_back(std::move(o));
  }
  return r;
}

refusal not_taken(not_produced const& error) {
  // The sentence may name hosts and files: it is for the log.
  spdlog::warn("event=not_produced what=\"{}\"", error.what());
  switch (error.problem()) {
    case broker_problem::no_room:
      return {status::service_unavailable, "storage_full",
              "The broker has no room left now; nothing was taken"};
    case broker_problem::too_large:
      return {status::payload_too_large, "message_too_large", "The message is larger than the broker takes"};
    case broker_problem::outcome_unknown:
      return {status::service_unavailable,
              "outcome_unknown",
              "The broker went away while it was taking this: all of it was taken, or nothing",
              {},
              error.upload_id()};
    default:
      return {status::service_unavailable, "broker_unavailable",
              "The broker cannot be reached now; nothing was taken"};
  }
}

/** The handlers' common ground. */
struct routes {
  consumer_events_service& service;
  upload_limits limits;
  asio::thread_pool& pool;

  /** What is thrown by what a handler calls, as an answer. */
  awaitable<reply> guarded(awaitable<reply> (routes::*answer)(request&), request& r) {
    try {
      co_return co_await (this->*answer)(r);
    } catch (not_produced const& e) {
      co_return to_reply(not_taken(e));
    } catch (input_error const& e) {
      co_return to_reply(wrong_file(e));
    } catch (storage_full const&) {
      co_return to_reply({status::service_unavailable, "storage_full", "The server has no room left now"});
    }
  }

  awaitable<reply> send_single(request& r) {
    auto const body = co_await read_small_body(r, max_order_bytes);
    auto const reading = read_order_json(body);
    if (!reading.problems.empty()) co_return to_reply(wrong_order(reading.problems));
    auto const log_id = co_await off_loop(pool, [&] { return service.producer().send(reading.value); });
    co_return json_reply(
        status::created,
        json::object{{"status", "success"}, {"logId", log_id}, {"topic", service.producer().topic()}});
  }

  awaitable<reply> upload_csv(request& r) {
    auto const received = co_await receive_form(r, limits, service.uploads_directory(), pool);
    auto const sent = co_await off_loop(
        pool, [&] { return service.producer().send_file(received.stored->path(), received.name); });
    co_return json_reply(status::accepted, json::object{{"jobId", sent.upload_id},
                                                        {"topic", service.producer().topic()},
                                                        {"batches", sent.batches},
                                                        {"rows", sent.rows}});
  }

  awaitable<reply> find_upload(request& r) {
    auto const found = co_await off_loop(pool, [&] { return service.find_upload(r.parameters[0]); });
    if (!found) throw http_error(status::not_found, "not_found", "No such upload");
    co_return json_reply(status::ok, upload_json(*found));
  }
};

}  // namespace

json::value producer_error(status, std::string_view name, std::string_view message) {
  return error_object(name, message);
}

void add_producer_routes(router& to, consumer_events_service& service, std::uint64_t max_file_bytes,
                         asio::thread_pool& pool) {
  auto shared = std::make_shared<routes>(
      routes{service, {.max_file_bytes = max_file_bytes, .extension = ".csv"}, pool});
  struct entry {
    verb method;
    std::string_view path;
    awaitable<reply> (routes::*answer)(request&);
  };
  constexpr entry table[] = {
      {verb::post, "/producers/send/single", &routes::send_single},    // CE-H1
      {verb::post, "/producers/upload/csv", &routes::upload_csv},      // CE-H2
      {verb::get, "/producers/uploads/{jobId}", &routes::find_upload}  // CE-H3
  };
  for (std::string const prefix : {"", "/api"})
    for (auto const& e : table)
      to.add(e.method, prefix + std::string{e.path}, access::open,
             [shared, answer = e.answer](request& r) { return shared->guarded(answer, r); });
}

}  // namespace uploadproto::reference::http
