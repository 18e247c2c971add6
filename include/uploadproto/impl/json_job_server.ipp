// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_IMPL_JSON_JOB_SERVER_IPP
#define UPLOADPROTO_IMPL_JSON_JOB_SERVER_IPP

#include <uploadproto/impl/json_job_server.hpp>

#include <boost/asio/post.hpp>

#include <chrono>
#include <utility>

namespace uploadproto::detail {

UPLOADPROTO_DECL json_job_server::json_job_server(boost::asio::io_context& context,
                                                  contract::protocol_info const& protocol, options opts)
    : protocol_(protocol),
      options_(std::move(opts)),
      board_(protocol.stages, options_.max_jobs, protocol.life_cycle.repeatable),
      io_(context, protocol, *this, options_.json) {
  if (!options_.admission)
    options_.admission = std::make_shared<session::admission>(
        session::admission::options{.max_connections_per_user = protocol.limits.max_connections_per_user});
}

UPLOADPROTO_DECL json_job_server::~json_job_server() {
  *alive_ = false;
}

UPLOADPROTO_DECL json_job_server::decision json_job_server::refuse(net::http::status status,
                                                                   std::string_view code,
                                                                   std::string_view message,
                                                                   std::string_view reason) {
  log(std::string("connection refused: ").append(reason.empty() ? message : reason));
  return {{}, net::json_refusal{status, std::string(code), std::string(message)}};
}

UPLOADPROTO_DECL json_job_server::decision json_job_server::admit(std::string_view job_id,
                                                                  std::string_view token) {
  using net::http::status;
  decision let_in;
  if (!token.empty() && options_.verify_token) {
    auto user = options_.verify_token(token);
    if (!user || user->empty())
      return refuse(status::unauthorized, "invalid_token", protocol_.auth.invalid_message,
                    user ? "the token names no user" : user.error().message());
    let_in.user = std::move(*user);
  } else if (protocol_.auth.required) {
    return refuse(status::unauthorized, "missing_token", protocol_.auth.missing_message, {});
  }
  auto job = board_.find(job_id);
  if (!job && options_.find_job) job = options_.find_job(job_id);
  bool const anothers = job && protocol_.life_cycle.owner_only && job->owner != let_in.user;
  auto const verdict = anothers
                           ? session::admission::verdict::not_owner
                           : options_.admission->enter(job_id, let_in.user, std::chrono::steady_clock::now());
  switch (verdict) {
    case session::admission::verdict::admitted:
      break;
    case session::admission::verdict::not_owner:
      return refuse(status::forbidden, "forbidden", "this job belongs to another user", {});
    case session::admission::verdict::too_many_connections:
      return refuse(status::too_many_requests, "too_many_connections",
                    "as many connections as one user may have are open; close one", {});
  }
  return let_in;
}

UPLOADPROTO_DECL void json_job_server::closed(std::string_view job_id, std::string_view user) {
  options_.admission->leave(job_id, user, std::chrono::steady_clock::now());
}

UPLOADPROTO_DECL void json_job_server::tell_latest(net::json_link& link, session::job_snapshot const& job) {
  if (!job.latest) return;
  link.send(job.latest->payload, job.ended ? session::json_message::terminal : session::json_message::notice);
}

UPLOADPROTO_DECL void json_job_server::opened(net::json_link& link) {
  if (greeting_) link.send(greeting_(link.job_id()).payload, session::json_message::notice);
  if (options_.on_connect) options_.on_connect(link.user());
  if (auto const known = board_.find(link.job_id())) return tell_latest(link, *known);
  if (!options_.find_job) return;
  auto stored = options_.find_job(link.job_id());
  if (!stored || !stored->ended) return;
  // The store may know of the end before the events of the job have passed through this loop. They were
  // handed to it by now: after them, the board knows better, and has told this client.
  boost::asio::post(io_.context(),
                    [this, alive = alive_, client = net::json_link_ptr(&link), end = std::move(*stored)] {
                      if (*alive && !board_.find(client->job_id())) tell_latest(*client, end);
                    });
}

UPLOADPROTO_DECL error_code json_job_server::publish(std::string_view user, std::string_view job_id,
                                                     session::job_board::report const& what,
                                                     session::job_event event) {
  using session::json_message;
  auto const verdict = board_.post(job_id, user, what, event);
  if (verdict.refused) {
    log("event of job " + std::string(job_id) + " not sent: " + verdict.refused.message());
    return verdict.refused;
  }
  bool const ends = contract::is_terminal(what.kind);
  auto const meaning = ends                                          ? json_message::terminal
                       : what.kind != contract::event_kind::progress ? json_message::notice
                       : verdict.first_of_stage                      ? json_message::stage_first
                                                                     : json_message::progress;
  io_.for_each_of(job_id, [&](net::json_link& link) {
    if (!protocol_.life_cycle.owner_only || link.user() == user) link.send(event.payload, meaning);
  });
  return {};
}

}  // namespace uploadproto::detail

#endif
