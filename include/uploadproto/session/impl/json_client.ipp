// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_IMPL_JSON_CLIENT_IPP
#define UPLOADPROTO_SESSION_IMPL_JSON_CLIENT_IPP

#include <algorithm>
#include <uploadproto/session/json_client.hpp>

namespace uploadproto::session {

UPLOADPROTO_DECL void json_client::open_now(time_point now, output& out) {
  state_ = state::opening;
  heard_here_ = false;
  due_ = now + options_.connect_timeout;
  next_ping_ = time_point::max();
  out.open = true;
}

UPLOADPROTO_DECL void json_client::start(time_point now, output& out) {
  if (state_ == state::idle) open_now(now, out);
}

UPLOADPROTO_DECL void json_client::opened(time_point now, output& out) {
  if (state_ != state::opening) return;
  state_ = state::open;
  was_open_ = true;
  due_ = time_point::max();
  last_heard_ = now;
  if (protocol_.limits.heartbeat && !protocol_.keepalive.ask.empty())
    next_ping_ = now + *protocol_.limits.heartbeat;
  out.connected = true;
}

UPLOADPROTO_DECL void json_client::heard(time_point now) noexcept {
  if (state_ != state::open) return;
  last_heard_ = now;
  if (heard_here_) return;
  // Only now it is known that the server means it: a refusal may come after the upgrade, too (UP-A2).
  heard_here_ = true;
  token_refused_ = false;
  reconnect_.reset();
}

UPLOADPROTO_DECL bool json_client::refuses_token(loss const& how) const noexcept {
  if (how.http_status == 401) return true;
  auto const close = how.close ? static_cast<int>(*how.close) : 0;
  return !heard_here_ && (close == 1008 || close == 4401);
}

UPLOADPROTO_DECL bool json_client::refuses_user(loss const& how) const noexcept {
  auto const close = how.close ? static_cast<int>(*how.close) : 0;
  return how.error == client_error::unauthorized || how.http_status == 403 || (!heard_here_ && close == 4403);
}

UPLOADPROTO_DECL void json_client::end(error_code why, output& out) {
  state_ = state::ended;
  due_ = next_ping_ = time_point::max();
  out.ended = why;
}

UPLOADPROTO_DECL void json_client::lost(loss const& how, time_point now, output& out) {
  if (state_ != state::opening && state_ != state::open) return;
  bool const again = refuses_token(how) && options_.fresh_tokens && !token_refused_;
  bool const refused = refuses_user(how) || (refuses_token(how) && !again);
  error_code const why = refused || again ? error_code(client_error::unauthorized) : how.error;
  if (state_ == state::open)
    out.disconnected = why;
  else
    out.failed = why;
  if (refused) return end(why, out);
  token_refused_ = again;
  if (!was_open_ && !again && !options_.reconnection.first_attempt) return end(why, out);
  auto const wait = reconnect_.next(random_());
  if (!wait) return end(why, out);
  state_ = state::waiting;
  due_ = now + *wait;
  next_ping_ = time_point::max();
  out.waiting = *wait;
}

UPLOADPROTO_DECL void json_client::finish(output& out) {
  if (state_ == state::ended) return;
  out.drop = state_ == state::opening || state_ == state::open;
  end({}, out);
}

UPLOADPROTO_DECL void json_client::expire(time_point now, output& out) {
  if (state_ == state::waiting && due_ <= now) return open_now(now, out);
  if (state_ == state::opening && due_ <= now) {
    out.drop = true;
    return lost({client_error::connect_timeout}, now, out);
  }
  if (next_ping_ > now) return;
  // Two signs of life were asked for and none came.
  if (last_heard_ + 2 * *protocol_.limits.heartbeat <= now) {
    out.drop = true;
    return lost({client_error::ping_timeout}, now, out);
  }
  next_ping_ = now + *protocol_.limits.heartbeat;
  out.say = protocol_.keepalive.ask;
}

UPLOADPROTO_DECL json_client::time_point json_client::deadline() const noexcept {
  return std::min(due_, next_ping_);
}

}  // namespace uploadproto::session

#endif
