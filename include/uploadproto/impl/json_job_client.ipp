// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_IMPL_JSON_JOB_CLIENT_IPP
#define UPLOADPROTO_IMPL_JSON_JOB_CLIENT_IPP

#include <uploadproto/impl/json_job_client.hpp>
#include <utility>

namespace uploadproto::detail {

inline net::client_options json_options(client_options& options) {
  net::client_options out;
  out.url = std::move(options.url);
  out.tls = std::move(options.tls);
  out.proxy = std::move(options.proxy);
  out.reconnection = options.reconnection;
  out.headers = std::move(options.headers);
  out.connect_timeout = options.connect_timeout;
  out.limits = options.limits;
  return out;
}

UPLOADPROTO_DECL json_job_client::json_job_client(boost::asio::any_io_executor const& executor,
                                                  contract::protocol_info const& info, client_options options)
    : socket_(net::make_json_client(executor, info, json_options(options), std::move(options.token))),
      views_(info.stages) {}

UPLOADPROTO_DECL json_job_client::~json_job_client() {
  socket_->shut();
}

UPLOADPROTO_DECL void json_job_client::start() {
  socket_->on_connect([weak = weak_from_this()] {
    auto const self = weak.lock();
    if (self && self->on_connect) self->on_connect();
  });
  socket_->on_given_up([weak = weak_from_this()](std::string const& job, error_code why) {
    auto const self = weak.lock();
    if (self && self->on_subscription_lost) self->on_subscription_lost(job, why);
  });
}

UPLOADPROTO_DECL void json_job_client::subscribe(std::string const& job, subscribe_completion done) {
  auto const shared = std::make_shared<subscribe_completion>(std::move(done));
  shared->when_cancelled([weak = std::weak_ptr<subscribe_completion>(shared)] {
    auto const alive = weak.lock();
    if (alive && *alive) (*alive)(boost::asio::error::operation_aborted);
  });
  socket_->subscribe(job, {[weak = weak_from_this(), shared](error_code error) {
                             auto const self = weak.lock();
                             if (error && self && self->socket_->last_failure().http_status == 403)
                               error = subscribe_error::forbidden;
                             if (*shared) (*shared)(error);
                           },
                           socket_->get_executor()});
}

}  // namespace uploadproto::detail

#endif
