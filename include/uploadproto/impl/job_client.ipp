// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_IMPL_JOB_CLIENT_IPP
#define UPLOADPROTO_IMPL_JOB_CLIENT_IPP

#include <uploadproto/impl/job_client.hpp>

#include <boost/system/error_category.hpp>
#include <utility>

namespace uploadproto {
namespace detail {

class subscribe_error_category final : public boost::system::error_category {
 public:
  char const* name() const noexcept override { return "uploadproto.subscribe"; }
  std::string message(int value) const override {
    switch (static_cast<subscribe_error>(value)) {
      case subscribe_error::not_found:
        return "no such job";
      case subscribe_error::forbidden:
        return "the job belongs to another user";
      case subscribe_error::invalid_payload:
        return "the server does not take this for a job id";
      case subscribe_error::refused:
        return "the server refused the subscription";
    }
    return "unknown subscription error";
  }
};

inline socketio::client_options socket_options(contract::protocol_info const& info, client_options& options) {
  socketio::client_options out;
  out.url = std::move(options.url);
  out.path = std::string(info.path);
  out.tls = std::move(options.tls);
  out.proxy = std::move(options.proxy);
  out.reconnection = options.reconnection;
  out.headers = std::move(options.headers);
  out.connect_timeout = options.connect_timeout;
  out.limits = options.limits;
  out.transports.clear();
  for (auto const transport : options.transports) {
    bool const websocket = transport == net::client_transport::websocket;
    if (websocket ? info.transports.websocket : info.transports.polling) out.transports.push_back(transport);
  }
  if (options.token && !info.auth.member.empty()) {
    out.auth = socketio::client_auth::from(
        [token = std::move(options.token), member = info.auth.member](
            boost::asio::any_io_executor const& executor, socketio::client_auth::callback done) {
          token.fetch(executor, [done = std::move(done), member](error_code error, std::string const& value) {
            boost::json::object auth;
            auth[member] = value;
            done(error, std::move(auth));
          });
        });
  }
  return out;
}

inline socketio::client in_namespace(boost::asio::any_io_executor const& executor, std::string_view nsp,
                                     socketio::client_options options) {
  auto auth = options.auth;
  socketio::client const of_url(executor, std::move(options));
  return of_url.of(std::string(nsp), std::move(auth));
}

inline boost::json::array about_job(std::string_view member, std::string const& job) {
  boost::json::object payload;
  payload[boost::json::string_view(member.data(), member.size())] = job;
  boost::json::array arguments;
  arguments.emplace_back(std::move(payload));
  return arguments;
}

}  // namespace detail

UPLOADPROTO_DECL error_code make_error_code(subscribe_error e) noexcept {
  static detail::subscribe_error_category const category;
  return {static_cast<int>(e), category};
}

namespace detail {

UPLOADPROTO_DECL job_client::job_client(boost::asio::any_io_executor const& executor,
                                        contract::protocol_info const& info, job_request subscribe,
                                        job_request unsubscribe, client_options options)
    : subscribe_(subscribe),
      unsubscribe_(unsubscribe),
      subscribe_timeout_(options.subscribe_timeout),
      socket_(in_namespace(executor, info.nsp, socket_options(info, options))),
      views_(info.stages) {}

UPLOADPROTO_DECL void job_client::start() {
  socket_.on_connect([weak = weak_from_this()] {
    auto const self = weak.lock();
    if (!self) return;
    self->rejoin();
    if (self->on_connect) self->on_connect();
  });
}

/** A server forgets a socket's rooms with the socket, unless it recovered the session (CO-12). */
UPLOADPROTO_DECL void job_client::rejoin() {
  if (socket_.recovered()) return;
  std::vector<std::string> idle;
  for (auto const& [job, state] : jobs_) {
    if (state == joining::idle) idle.push_back(job);
  }
  for (auto const& job : idle) {
    ask(job, {[weak = weak_from_this(), job](error_code error) {
                auto const self = weak.lock();
                if (error && self && self->on_subscription_lost) self->on_subscription_lost(job, error);
              },
              socket_.get_executor()});
  }
}

UPLOADPROTO_DECL void job_client::subscribe(std::string const& job, subscribe_completion done) {
  if (subscribe_.event.empty()) return done(error_code());  // everybody gets everything
  ask(job, std::move(done));
}

UPLOADPROTO_DECL void job_client::ask(std::string const& job, subscribe_completion done) {
  jobs_[job] = joining::asked;
  // Held by shared_ptr: the answer and the cancellation both know the completion, and the first one uses it.
  auto const waiting = std::make_shared<subscribe_completion>(std::move(done));
  waiting->when_cancelled([waiting = std::weak_ptr<subscribe_completion>(waiting)] {
    auto const alive = waiting.lock();
    if (alive && *alive) (*alive)(boost::asio::error::operation_aborted);
  });
  socket_.async_emit_with_ack(
      std::string(subscribe_.event), about_job(subscribe_.member, job), subscribe_timeout_,
      [weak = weak_from_this(), job, waiting](error_code error, socketio::client_ack const& ack) {
        auto const self = weak.lock();
        auto const verdict = self ? self->judge(job, error, ack) : error;
        if (*waiting) (*waiting)(verdict);
      });
}

/** What an acknowledgement, or its absence, means for a subscription. */
UPLOADPROTO_DECL error_code job_client::judge(std::string const& job, error_code error,
                                              socketio::client_ack const& ack) {
  using session::client_error;
  auto const entry = jobs_.find(job);
  if (error == client_error::ack_timeout || error == client_error::ack_lost) {
    if (entry != jobs_.end()) entry->second = joining::idle;  // asked, or asked again after the reconnection
    return {};
  }
  if (!error && !ack.args.empty()) {
    auto const* answer = ack.args.front().if_object();
    auto const* ok = answer ? answer->if_contains("ok") : nullptr;
    if (ok && ok->is_bool() && !ok->get_bool()) {
      error = subscribe_error::refused;
      auto const* details = answer->if_contains("error");
      auto const* code =
          details && details->is_object() ? details->get_object().if_contains("code") : nullptr;
      if (code && code->is_string()) {
        auto const& text = code->get_string();
        if (text == "not_found") error = subscribe_error::not_found;
        if (text == "forbidden") error = subscribe_error::forbidden;
        if (text == "invalid_payload") error = subscribe_error::invalid_payload;
      }
    }
  }
  if (entry != jobs_.end()) {
    if (error) {
      jobs_.erase(entry);
    } else {
      entry->second = joining::idle;
    }
  }
  return error;
}

UPLOADPROTO_DECL void job_client::unsubscribe(std::string const& job) {
  if (jobs_.erase(job) == 0 || unsubscribe_.event.empty() || !socket_.connected()) return;
  socket_.emit(unsubscribe_.event, about_job(unsubscribe_.member, job));
}

}  // namespace detail
}  // namespace uploadproto

#endif
