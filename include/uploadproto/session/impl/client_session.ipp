// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_IMPL_CLIENT_SESSION_IPP
#define UPLOADPROTO_SESSION_IMPL_CLIENT_SESSION_IPP

#include <uploadproto/session/client_session.hpp>

#include <algorithm>
#include <utility>

namespace uploadproto::session {
namespace detail {

/** The engine accepts more than callers are promised, so that what was promised before is never refused. */
inline engineio_client_options engine_options(client_session_options const& options) {
  auto engine = options.engine;
  engine.max_send_buffer =
      4 * std::max(options.engine.max_send_buffer, options.socket.max_send_buffer) + 4096;
  auto const& enabled = options.transports;
  engine.upgrade = engine.upgrade &&
                   std::find(enabled.begin(), enabled.end(), client_transport::websocket) != enabled.end();
  return engine;
}

}  // namespace detail

UPLOADPROTO_DECL client_session::client_session(client_session_options options,
                                                std::function<double()> random)
    : options_(std::move(options)),
      random_(std::move(random)),
      engine_(detail::engine_options(options_)),
      socket_(options_.socket),
      backoff_(options_.reconnection),
      retries_(options_.retry, options_.socket.max_send_buffer) {
  if (options_.transports.empty())
    options_.transports = {client_transport::websocket, client_transport::polling};
}

// ---- attempts ----

UPLOADPROTO_DECL void client_session::begin_attempt(time_point now) {
  state_ = state::opening;
  tried_ = 0;
  joined_this_time_ = false;
  try_transport(now);
}

UPLOADPROTO_DECL void client_session::try_transport(time_point now) {
  auto const& enabled = options_.transports;
  auto const transport = enabled[(preferred_ + tried_) % enabled.size()];
  ++tried_;
  attempt_deadline_ = now + options_.connect_timeout;
  engine_.open(transport, engine_actions_);
}

UPLOADPROTO_DECL void client_session::prefer(client_transport worked) {
  auto const& enabled = options_.transports;
  auto const found = std::find(enabled.begin(), enabled.end(), worked);
  if (found != enabled.end()) preferred_ = static_cast<std::size_t>(found - enabled.begin());
}

UPLOADPROTO_DECL void client_session::engine_closed(engineio_client_action const& closed, time_point now,
                                                    output& out) {
  bool const was_open = state_ == state::open;
  bool const wanted = socket_.any_wanted();
  if (std::exchange(closing_, false)) {
    socket_.engine_closed(client_error::client_disconnect, wanted, socket_actions_);
    if (wanted) return begin_attempt(now);  // `connect` was called while the old connection closed
    state_ = state::stopped;
    drain_socket(now, out);
    out.events.push_back({socketio_client_action::kind::stopped, {}, {}, client_error::client_disconnect});
    return;
  }
  // While opening, what lies behind the failure says more than "transport error".
  auto const why = !was_open && closed.cause ? closed.cause : closed.error;
  if (!was_open && closed.error != client_error::client_disconnect) {
    if (options_.try_all_transports && tried_ < options_.transports.size()) return try_transport(now);
    if (!options_.try_all_transports) preferred_ = 0;  // what worked once does not any more
  }
  if (!was_open || !joined_this_time_) {
    socketio_client_action failed{socketio_client_action::kind::attempt_failed, {}, {}, why};
    failed.number = static_cast<std::uint64_t>(closed.http_status);
    out.events.push_back(std::move(failed));
  }
  bool const worth = why != client_error::unauthorized;  // CO-13: the same request would be refused again
  if (was_open) socket_.engine_closed(closed.error, options_.reconnection.enabled, socket_actions_);
  after_failure(why, worth, now, out);
}

/** Waits for the next attempt, or gives up. */
UPLOADPROTO_DECL void client_session::after_failure(error_code why, bool worth_retrying, time_point now,
                                                    output& out) {
  bool const patient = joined_before_ || options_.reconnection.first_attempt;
  auto const delay =
      worth_retrying && patient && socket_.any_wanted() ? backoff_.next(random_()) : std::nullopt;
  if (!delay) {
    state_ = state::stopped;
    backoff_.reset();
    drain_socket(now, out);
    socket_.stop(why, socket_actions_);
    drain_socket(now, out);
    out.events.push_back({socketio_client_action::kind::stopped, {}, {}, why});
    return;
  }
  state_ = state::resting;
  rest_deadline_ = now + *delay;
  socketio_client_action waiting{socketio_client_action::kind::reconnecting};
  waiting.number = backoff_.made();
  waiting.delay = *delay;
  socket_actions_.push_back(std::move(waiting));
}

// ---- what the layers say to each other ----

UPLOADPROTO_DECL void client_session::pump(time_point now, output& out) {
  do {
    drain_socket(now, out);
    for (auto& action : std::exchange(engine_actions_, {})) {
      take_engine(std::move(action), now, out);
      drain_socket(now, out);
    }
    serve_retries(now);
  } while (!engine_actions_.empty() || !socket_actions_.empty());
}

UPLOADPROTO_DECL void client_session::drain_socket(time_point now, output& out) {
  while (!socket_actions_.empty()) {
    for (auto& action : std::exchange(socket_actions_, {})) take_socket(std::move(action), now, out);
  }
}

UPLOADPROTO_DECL void client_session::take_engine(engineio_client_action action, time_point now,
                                                  output& out) {
  using kind = engineio_client_action::kind;
  switch (action.what) {
    case kind::opened:
      state_ = state::open;
      prefer(engine_.transport());
      return socket_.engine_opened(now, socket_actions_);
    case kind::deliver_text:
      return socket_.engine_text(action.data, socket_actions_);
    case kind::deliver_binary:
      return socket_.engine_binary(action.data, socket_actions_);
    case kind::closed:
      return engine_closed(action, now, out);
    case kind::upgraded:
      if (options_.remember_upgrade) prefer(client_transport::websocket);
      return out.events.push_back({socketio_client_action::kind::upgraded});
    case kind::upgrade_failed:
      return;
    default:
      out.io.push_back(std::move(action));
  }
}

UPLOADPROTO_DECL void client_session::take_socket(socketio_client_action action, time_point now,
                                                  output& out) {
  using kind = socketio_client_action::kind;
  switch (action.what) {
    case kind::send_text:
      static_cast<void>(engine_.send(action.text, false, engine_actions_));
      return;
    case kind::send_binary:
      static_cast<void>(engine_.send(action.text, true, engine_actions_));
      return;
    case kind::fail:
      return engine_.abort(action.error, engine_actions_);
    case kind::refused:
      return refused(std::move(action), now, out);
    case kind::connected:
      joined_before_ = joined_this_time_ = true;
      backoff_.reset();
      break;
    case kind::disconnected:
      if (!action.flag) close_if_unused(now);
      break;
    case kind::acked:
    case kind::ack_failed:
      if (end_try(action)) return;
      break;
    default:
      break;
  }
  out.events.push_back(std::move(action));
}

/** A refused namespace asks for new credentials later, if it was connected once; otherwise the user is told:
    the server is there, and patience with it does not help. */
UPLOADPROTO_DECL void client_session::refused(socketio_client_action refusal, time_point now, output& out) {
  auto const nsp = refusal.nsp;
  bool const patient = socket_.joined_before(nsp);
  bool const repeated = std::exchange(refusal.flag, false);
  auto const delay = patient && !repeated && refusal.error != client_error::old_server
                         ? backoff_.next(random_())
                         : std::nullopt;
  refusal.flag = delay.has_value();
  out.events.push_back(std::move(refusal));
  if (delay) {
    socket_.retry(nsp, now + *delay);
    socketio_client_action waiting{socketio_client_action::kind::reconnecting, nsp};
    waiting.number = backoff_.made();
    waiting.delay = *delay;
    out.events.push_back(std::move(waiting));
    return;
  }
  socket_.leave(nsp, client_error::connect_refused, socket_actions_);
  close_if_unused(now);
}

UPLOADPROTO_DECL void client_session::close_if_unused(time_point now) {
  if (socket_.any_wanted() || closing_) return;
  if (state_ != state::opening && state_ != state::open) return;
  closing_ = true;
  engine_.close(now, engine_actions_);
}

// ---- what the program asks for ----

UPLOADPROTO_DECL void client_session::connect(std::string const& nsp, time_point now, output& out) {
  socket_.want(nsp, now, socket_actions_);
  if (state_ == state::stopped) {
    joined_before_ = false;
    backoff_.reset();
    begin_attempt(now);
  }
  pump(now, out);
}

UPLOADPROTO_DECL void client_session::authenticate(std::string const& nsp, error_code error,
                                                   boost::json::value auth, time_point now, output& out) {
  if (!error && (auth.is_null() || auth.is_object())) {
    socket_.authenticate(nsp, std::move(auth), socket_actions_);
  } else {
    socket_.fail_authentication(nsp, socket_actions_);
  }
  pump(now, out);
}

UPLOADPROTO_DECL void client_session::disconnect(std::string const& nsp, time_point now, output& out) {
  socket_.leave(nsp, client_error::client_disconnect, socket_actions_);
  drain_socket(now, out);
  if (state_ == state::resting && !socket_.any_wanted()) {
    after_failure(client_error::client_disconnect, false, now, out);
  } else {
    close_if_unused(now);
  }
  pump(now, out);
}

UPLOADPROTO_DECL void client_session::abort(error_code reason, time_point now, output& out) {
  if (state_ == state::stopped) return;
  if (state_ != state::resting) {
    engine_.abort(reason, engine_actions_);
    for (auto& action : std::exchange(engine_actions_, {})) {
      if (action.what != engineio_client_action::kind::closed) take_engine(std::move(action), now, out);
    }
    socket_.engine_closed(reason, false, socket_actions_);
  }
  closing_ = false;
  after_failure(reason, false, now, out);
  pump(now, out);
}

UPLOADPROTO_DECL std::size_t client_session::room() const {
  auto const limit = options_.engine.max_send_buffer;
  return limit - std::min(limit, engine_.waiting_bytes());
}

UPLOADPROTO_DECL error_code client_session::emit(std::string const& nsp, std::string_view name,
                                                 boost::json::array const& args,
                                                 std::vector<std::string> attachments, bool is_volatile,
                                                 time_point now, output& out) {
  if (is_volatile && !writable(nsp)) return {};
  if (retries_.enabled() && !is_volatile) {
    return enqueue(nsp,
                   {retries_.silent_ticket(), true, std::string(name), args, std::move(attachments),
                    retries_.ack_timeout(), 0},
                   now, out);
  }
  auto const error = socket_.emit(nsp, name, args, std::move(attachments), room(), socket_actions_);
  pump(now, out);
  return error;
}

UPLOADPROTO_DECL error_code client_session::emit_with_ack(std::string const& nsp, std::string_view name,
                                                          boost::json::array const& args,
                                                          std::vector<std::string> attachments,
                                                          std::uint64_t ticket,
                                                          std::optional<std::chrono::milliseconds> timeout,
                                                          time_point now, output& out) {
  if (!timeout) timeout = retries_.ack_timeout();
  if (retries_.enabled()) {
    return enqueue(nsp, {ticket, false, std::string(name), args, std::move(attachments), timeout, 0}, now,
                   out);
  }
  std::optional<time_point> deadline;
  if (timeout) deadline = now + *timeout;
  auto const error = socket_.emit_with_ack(nsp, name, args, std::move(attachments), room(), ticket, deadline,
                                           socket_actions_);
  pump(now, out);
  return error;
}

UPLOADPROTO_DECL error_code client_session::acknowledge(std::string const& nsp, std::uint64_t id,
                                                        boost::json::array const& args,
                                                        std::vector<std::string> attachments, time_point now,
                                                        output& out) {
  auto const error = socket_.acknowledge(nsp, id, args, std::move(attachments), room(), socket_actions_);
  pump(now, out);
  return error;
}

UPLOADPROTO_DECL void client_session::cancel_ack(std::uint64_t ticket, time_point now, output& out) {
  socket_.cancel(ticket);
  retries_.cancel(ticket);
  pump(now, out);
}

// ---- at least once ----

UPLOADPROTO_DECL error_code client_session::enqueue(std::string const& nsp, retry_queue::entry event,
                                                    time_point now, output& out) {
  if (!socket_.wanted(nsp)) return client_error::not_connected;
  auto const size = socket_.measure(nsp, event.name, event.args, event.attachments);
  if (!size) return size.error();
  event.size = *size;
  if (!retries_.push(nsp, std::move(event))) return client_error::send_buffer_full;
  pump(now, out);
  return {};
}

/** Sends what is due; of a namespace that is not wanted any more nothing is. */
UPLOADPROTO_DECL void client_session::serve_retries(time_point now) {
  for (auto const& nsp : retries_.namespaces()) {
    if (!socket_.wanted(nsp)) {
      for (auto const& event : retries_.take(nsp)) {
        if (event.silent) continue;
        socketio_client_action lost{
            socketio_client_action::kind::ack_failed, nsp, {}, client_error::ack_lost};
        lost.ticket = event.ticket;
        socket_actions_.push_back(std::move(lost));
      }
    } else if (socket_.connected(nsp)) {
      auto const* event = retries_.next(nsp);
      if (!event) continue;
      std::optional<time_point> deadline;
      if (event->timeout) deadline = now + *event->timeout;
      auto const error = socket_.emit_with_ack(nsp, event->name, event->args, event->attachments, room(),
                                               event->ticket, deadline, socket_actions_);
      if (!error) continue;
      socketio_client_action failed{socketio_client_action::kind::ack_failed, nsp, {}, error};
      failed.ticket = event->ticket;
      socket_actions_.push_back(std::move(failed));
    }
  }
}

/** @return whether the program is not told: it is tried again, or nobody asked. */
UPLOADPROTO_DECL bool client_session::end_try(socketio_client_action const& result) {
  auto const outcome = retries_.ended(result.ticket, result.what == socketio_client_action::kind::acked);
  return outcome == retry_queue::outcome::again || outcome == retry_queue::outcome::silent;
}

// ---- what the transports report ----

UPLOADPROTO_DECL void client_session::poll_answered(int status, std::string_view body, time_point now,
                                                    output& out) {
  engine_.poll_answered(status, body, now, engine_actions_);
  pump(now, out);
}

UPLOADPROTO_DECL void client_session::poll_failed(error_code cause, time_point now, output& out) {
  engine_.poll_failed(cause, engine_actions_);
  pump(now, out);
}

UPLOADPROTO_DECL void client_session::post_answered(int status, time_point now, output& out) {
  engine_.post_answered(status, now, engine_actions_);
  pump(now, out);
}

UPLOADPROTO_DECL void client_session::post_failed(error_code cause, time_point now, output& out) {
  engine_.post_failed(cause, engine_actions_);
  pump(now, out);
}

UPLOADPROTO_DECL void client_session::websocket_opened(time_point now, output& out) {
  engine_.websocket_opened(now, engine_actions_);
  pump(now, out);
}

UPLOADPROTO_DECL void client_session::websocket_text(std::string_view frame, time_point now, output& out) {
  engine_.websocket_text(frame, now, engine_actions_);
  pump(now, out);
}

UPLOADPROTO_DECL void client_session::websocket_binary(std::string_view bytes, time_point now, output& out) {
  engine_.websocket_binary(bytes, now, engine_actions_);
  pump(now, out);
}

UPLOADPROTO_DECL void client_session::websocket_written(time_point now, output& out) {
  engine_.websocket_written(engine_actions_);
  pump(now, out);
}

UPLOADPROTO_DECL void client_session::websocket_ended(error_code cause, int http_status, time_point now,
                                                      output& out) {
  engine_.websocket_ended(cause, http_status, engine_actions_);
  pump(now, out);
}

// ---- time ----

UPLOADPROTO_DECL void client_session::expire(time_point now, output& out) {
  if (state_ == state::opening && now >= attempt_deadline_) {
    engine_.abort(client_error::connect_timeout, engine_actions_);
  }
  if (state_ == state::resting && now >= rest_deadline_) begin_attempt(now);
  engine_.expire(now, engine_actions_);
  socket_.expire(now, socket_actions_);
  pump(now, out);
}

UPLOADPROTO_DECL std::optional<client_session::time_point> client_session::deadline() const {
  auto earliest = engine_.deadline();
  auto const consider = [&](std::optional<time_point> when) {
    if (when && (!earliest || *when < *earliest)) earliest = when;
  };
  consider(socket_.deadline());
  if (state_ == state::opening) consider(attempt_deadline_);
  if (state_ == state::resting) consider(rest_deadline_);
  return earliest;
}

}  // namespace uploadproto::session

#endif
