// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_IMPL_ENGINEIO_SERVER_IPP
#define UPLOADPROTO_SESSION_IMPL_ENGINEIO_SERVER_IPP

#include <uploadproto/session/engineio_server.hpp>
#include <uploadproto/wire/engineio.hpp>

#include <algorithm>
#include <utility>

namespace uploadproto::session {

UPLOADPROTO_DECL std::string_view to_string(engineio_close_reason reason) noexcept {
  switch (reason) {
    case engineio_close_reason::transport_error:
      return "transport error";
    case engineio_close_reason::transport_close:
      return "transport close";
    case engineio_close_reason::ping_timeout:
      return "ping timeout";
    case engineio_close_reason::parse_error:
      return "parse error";
    case engineio_close_reason::forced_close:
      return "forced close";
  }
  return "unknown";
}

namespace detail {

// The probing client waits for its poll to end before it sends `5`; a poll that comes in later is answered
// at this rhythm until the upgrade is over (answering once only makes some upgrades endless).
inline constexpr std::chrono::milliseconds noop_interval{100};

inline engineio_server_action engine_action(engineio_server_action::kind what, std::string_view view = {}) {
  return {what, {}, view, {}};
}

}  // namespace detail

UPLOADPROTO_DECL engineio_server::engineio_server(engineio_server_options const& options,
                                                  engineio_transport first, time_point now)
    : options_(&options), heartbeat_(now + options.ping_interval), transport_(first) {
  if (first == engineio_transport::polling) polling_ = std::make_unique<polling_state>();
}

UPLOADPROTO_DECL bool engineio_server::poll(time_point now, actions& out) {
  if (state_ == state::closed || transport_ != engineio_transport::polling) return false;
  if (poll_pending_) {
    discard(engineio_close_reason::transport_error, out);
    return false;
  }
  poll_pending_ = true;
  if (state_ == state::closing && polling_->queue.empty()) {
    answer_poll(std::string{'6', wire::engineio::record_separator, '1'}, out);
    end(engineio_close_reason::forced_close, out);
    return true;
  }
  flush(out);
  if (poll_pending_ && probe_ == probe::answered) polling_->next_noop = now + detail::noop_interval;
  return true;
}

UPLOADPROTO_DECL void engineio_server::poll_aborted(actions& out) {
  if (!poll_pending_) return;
  poll_pending_ = false;
  discard(engineio_close_reason::transport_error, out);
}

UPLOADPROTO_DECL bool engineio_server::post_begin(actions& out) {
  if (state_ == state::closed || transport_ != engineio_transport::polling) return false;
  if (post_pending_) {
    discard(engineio_close_reason::transport_error, out);
    return false;
  }
  post_pending_ = true;
  return true;
}

UPLOADPROTO_DECL void engineio_server::post_failed(actions& out) {
  if (!post_pending_) return;
  post_pending_ = false;
  discard(engineio_close_reason::transport_error, out);
}

UPLOADPROTO_DECL void engineio_server::post(std::string_view body, time_point now, actions& out) {
  post_pending_ = false;
  if (state_ == state::closed) return;
  wire::engineio::payload_reader reader(body);
  wire::engineio::packet packet;
  error_code ec;
  while (state_ != state::closed && reader.next(packet, ec)) {
    // A binary packet was decoded into the reader's own storage, which the next call reuses.
    if (packet.binary) {
      if (state_ == state::open) {
        grant_grace(now);
        out.push_back({engineio_server_action::kind::deliver_binary, {}, {}, std::string(packet.data)});
      }
      continue;
    }
    switch (packet.type) {
      case wire::engineio::packet_type::message:
        if (state_ == state::open) {
          grant_grace(now);
          out.push_back(detail::engine_action(engineio_server_action::kind::deliver_text, packet.data));
        }
        break;
      case wire::engineio::packet_type::pong:
        pong_arrived(now);
        break;
      case wire::engineio::packet_type::ping:
        discard(engineio_close_reason::transport_error, out);
        break;
      case wire::engineio::packet_type::close:
        if (poll_pending_) answer_poll("6", out);
        end(engineio_close_reason::transport_close, out);
        break;
      default:
        grant_grace(now);
    }
  }
  if (ec && state_ != state::closed) discard(engineio_close_reason::parse_error, out);
}

UPLOADPROTO_DECL bool engineio_server::probe_open(time_point now) {
  if (state_ != state::open || transport_ != engineio_transport::polling || probe_ != probe::none)
    return false;
  probe_ = probe::opened;
  polling_->upgrade_deadline = now + options_->upgrade_timeout;
  return true;
}

UPLOADPROTO_DECL void engineio_server::probe_text(std::string_view frame, actions& out) {
  if (probe_ == probe::none || state_ == state::closed) return;
  if (frame == "2probe" && probe_ == probe::opened) {
    probe_ = probe::answered;
    out.push_back(detail::engine_action(engineio_server_action::kind::write_probe, "3probe"));
    if (poll_pending_) answer_poll("6", out);
    return;
  }
  if (frame == "5" && state_ == state::open) return upgrade(out);
  end_probe(out);
}

UPLOADPROTO_DECL void engineio_server::probe_binary(actions& out) {
  end_probe(out);
}

UPLOADPROTO_DECL void engineio_server::probe_closed() noexcept {
  if (probe_ == probe::none || !polling_) return;
  probe_ = probe::none;
  polling_->upgrade_deadline = polling_->next_noop = time_point::max();
}

UPLOADPROTO_DECL void engineio_server::upgrade(actions& out) {
  if (poll_pending_) answer_poll("6", out);
  abort_post(out);
  probe_ = probe::none;
  transport_ = engineio_transport::websocket;
  out.push_back(detail::engine_action(engineio_server_action::kind::upgraded));
  auto waiting = std::exchange(polling_, nullptr);
  while (!waiting->queue.empty()) {
    auto message = waiting->queue.pop();
    auto const what = message.binary ? engineio_server_action::kind::write_binary
                                     : engineio_server_action::kind::write_text;
    out.push_back({what, {}, {}, std::move(message.data)});
  }
}

UPLOADPROTO_DECL void engineio_server::websocket_text(std::string_view frame, time_point now, actions& out) {
  if (state_ == state::closed) return;
  // The common case first: a message.
  if (!frame.empty() && frame.front() == '4') {
    grant_grace(now);
    out.push_back(detail::engine_action(engineio_server_action::kind::deliver_text, frame.substr(1)));
    return;
  }
  packet_arrived(frame, false, now, out);
}

UPLOADPROTO_DECL void engineio_server::websocket_binary(std::string_view bytes, time_point now,
                                                        actions& out) {
  if (state_ == state::closed) return;
  packet_arrived(bytes, true, now, out);
}

UPLOADPROTO_DECL void engineio_server::packet_arrived(std::string_view frame, bool binary, time_point now,
                                                      actions& out) {
  if (binary) {
    grant_grace(now);
    out.push_back(detail::engine_action(engineio_server_action::kind::deliver_binary, frame));
    return;
  }
  std::string scratch;
  auto const packet = wire::engineio::decode_text(frame, scratch);
  if (!packet) return discard(engineio_close_reason::parse_error, out);
  if (packet->binary) {
    grant_grace(now);
    out.push_back({engineio_server_action::kind::deliver_binary, {}, {}, std::string(packet->data)});
    return;
  }
  switch (packet->type) {
    case wire::engineio::packet_type::pong:
      return pong_arrived(now);
    case wire::engineio::packet_type::ping:
      // Heartbeats go from server to client only.
      return discard(engineio_close_reason::transport_error, out);
    case wire::engineio::packet_type::close:
      // The reference ignores this one on WebSocket and waits for the ping time-out.
      out.push_back(detail::engine_action(engineio_server_action::kind::close_websocket));
      return end(engineio_close_reason::transport_close, out);
    default:
      grant_grace(now);
  }
}

UPLOADPROTO_DECL void engineio_server::websocket_closed(bool orderly, actions& out) {
  if (state_ == state::closed || transport_ != engineio_transport::websocket) return;
  end(orderly ? engineio_close_reason::transport_close : engineio_close_reason::transport_error, out);
}

UPLOADPROTO_DECL engineio_server::route engineio_server::send(std::string_view message, bool binary,
                                                              std::uint64_t merge_key) {
  if (state_ != state::open) return route::dropped;
  if (transport_ == engineio_transport::websocket) return route::websocket;
  send_queue::entry waiting{merge_key, binary, {}};
  waiting.data.reserve(message.size() + 1);
  if (!binary) waiting.data.push_back('4');
  waiting.data.append(message);
  return polling_->queue.push(std::move(waiting), options_->max_backlog) ? route::queued : route::overflow;
}

UPLOADPROTO_DECL bool engineio_server::writable() const noexcept {
  return state_ == state::open && (transport_ == engineio_transport::websocket || poll_pending_);
}

UPLOADPROTO_DECL void engineio_server::flush(actions& out) {
  if (!poll_pending_ || !polling_ || polling_->queue.empty()) return;
  std::string body;
  body.reserve(polling_->queue.bytes() + polling_->queue.size());
  while (!polling_->queue.empty()) {
    auto const message = polling_->queue.pop();
    if (!body.empty()) body.push_back(wire::engineio::record_separator);
    if (message.binary)
      wire::engineio::append_binary(body, message.data);
    else
      body.append(message.data);
  }
  answer_poll(std::move(body), out);
}

UPLOADPROTO_DECL void engineio_server::answer_poll(std::string body, actions& out) {
  poll_pending_ = false;
  if (polling_) polling_->next_noop = time_point::max();
  out.push_back({engineio_server_action::kind::answer_poll, {}, {}, std::move(body)});
}

UPLOADPROTO_DECL void engineio_server::close(time_point now, actions& out) {
  if (state_ != state::open) return;
  if (transport_ == engineio_transport::websocket) {
    out.push_back(detail::engine_action(engineio_server_action::kind::close_websocket));
    return end(engineio_close_reason::forced_close, out);
  }
  if (poll_pending_ && polling_->queue.empty()) return discard(engineio_close_reason::forced_close, out);
  // The close packet has a poll of its own: the JavaScript client forgets the messages that come with it.
  flush(out);
  state_ = state::closing;
  end_probe(out);
  polling_->close_deadline = now + options_->close_timeout;
}

UPLOADPROTO_DECL void engineio_server::discard(engineio_close_reason reason, actions& out) {
  if (state_ == state::closed) return;
  if (poll_pending_) answer_poll("1", out);
  if (transport_ == engineio_transport::websocket)
    out.push_back(detail::engine_action(engineio_server_action::kind::close_websocket));
  end(reason, out);
}

// What a POST still brings would be answered `ok` and lost.
UPLOADPROTO_DECL void engineio_server::abort_post(actions& out) {
  if (!post_pending_) return;
  post_pending_ = false;
  out.push_back(detail::engine_action(engineio_server_action::kind::abort_post));
}

UPLOADPROTO_DECL void engineio_server::end_probe(actions& out) {
  if (probe_ == probe::none) return;
  probe_closed();
  out.push_back(detail::engine_action(engineio_server_action::kind::close_probe));
}

UPLOADPROTO_DECL void engineio_server::end(engineio_close_reason reason, actions& out) {
  if (state_ == state::closed) return;
  abort_post(out);
  end_probe(out);
  state_ = state::closed;
  polling_.reset();
  out.push_back({engineio_server_action::kind::closed, reason, {}, {}});
}

UPLOADPROTO_DECL void engineio_server::pong_arrived(time_point now) noexcept {
  if (!awaiting_pong_) return;
  awaiting_pong_ = false;
  grace_used_ = false;
  heartbeat_ = now + options_->ping_interval;
}

// Once a ping, traffic other than the pong shows that the peer lives and moves the pong's deadline.
UPLOADPROTO_DECL void engineio_server::grant_grace(time_point now) noexcept {
  if (!awaiting_pong_ || grace_used_) return;
  grace_used_ = true;
  heartbeat_ = now + options_->ping_timeout;
}

UPLOADPROTO_DECL void engineio_server::expire(time_point now, actions& out) {
  if (state_ == state::closed) return;
  if (polling_) {
    if (polling_->close_deadline <= now) return end(engineio_close_reason::forced_close, out);
    if (polling_->upgrade_deadline <= now) end_probe(out);
    if (polling_->next_noop <= now && poll_pending_) answer_poll("6", out);
  }
  if (heartbeat_ > now) return;
  if (awaiting_pong_) return discard(engineio_close_reason::ping_timeout, out);
  awaiting_pong_ = true;
  heartbeat_ = now + options_->ping_timeout;
  if (transport_ == engineio_transport::websocket) {
    out.push_back(detail::engine_action(engineio_server_action::kind::write_text, "2"));
    return;
  }
  if (!polling_->queue.push({0, false, "2"}, options_->max_backlog))
    return discard(engineio_close_reason::transport_error, out);
  flush(out);
}

UPLOADPROTO_DECL engineio_server::time_point engineio_server::deadline() const noexcept {
  if (state_ == state::closed) return time_point::max();
  if (!polling_) return heartbeat_;
  return std::min({heartbeat_, polling_->upgrade_deadline, polling_->next_noop, polling_->close_deadline});
}

}  // namespace uploadproto::session

#endif
