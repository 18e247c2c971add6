// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_IMPL_ENGINEIO_CLIENT_IPP
#define UPLOADPROTO_SESSION_IMPL_ENGINEIO_CLIENT_IPP

#include <uploadproto/session/engineio_client.hpp>

#include <algorithm>
#include <utility>

namespace uploadproto::session {

UPLOADPROTO_DECL void engineio_client::open(client_transport first, actions& out) {
  if (state_ != state::closed) return;
  handshake_ = {};
  state_ = state::opening;
  transport_ = first;
  if (first == client_transport::polling) {
    poll(out);
  } else {
    websocket_ = true;
    out.push_back({engineio_client_action::kind::open_websocket});
  }
}

UPLOADPROTO_DECL void engineio_client::poll(actions& out) {
  if (poll_pending_ || farewell_) return;
  poll_pending_ = true;
  out.push_back({engineio_client_action::kind::poll});
}

UPLOADPROTO_DECL void engineio_client::poll_answered(int status, std::string_view body, time_point now,
                                                     actions& out) {
  if (!std::exchange(poll_pending_, false)) return;
  if (status != 200) {
    auto const why =
        status == 401 || status == 403 ? client_error::unauthorized : client_error::unexpected_status;
    return end(client_error::transport_error, why, status, out);
  }
  wire::engineio::payload_reader reader(body);
  wire::engineio::packet packet;
  error_code bad;
  while (state_ != state::closed && reader.next(packet, bad)) receive(packet, now, out);
  if (state_ == state::closed) return;
  if (bad) return end(client_error::parse_error, bad, 0, out);
  if (state_ == state::opening) return end(client_error::parse_error, client_error::parse_error, 0, out);
  if (transport_ != client_transport::polling) return;
  if (probe_ == probe::pausing) return finish_pause(out);
  poll(out);
  if (state_ == state::closing) continue_close(out);
}

UPLOADPROTO_DECL void engineio_client::poll_failed(error_code cause, actions& out) {
  if (std::exchange(poll_pending_, false)) end(client_error::transport_error, cause, 0, out);
}

UPLOADPROTO_DECL void engineio_client::post_answered(int status, time_point, actions& out) {
  if (!std::exchange(post_pending_, false)) return;
  if (status != 200) return end(client_error::transport_error, client_error::unexpected_status, status, out);
  if (farewell_) return end(client_error::client_disconnect, {}, 0, out);
  if (probe_ == probe::pausing) return finish_pause(out);
  flush(out);
  if (state_ == state::closing) continue_close(out);
}

UPLOADPROTO_DECL void engineio_client::post_failed(error_code cause, actions& out) {
  if (std::exchange(post_pending_, false)) end(client_error::transport_error, cause, 0, out);
}

UPLOADPROTO_DECL void engineio_client::websocket_opened(time_point, actions& out) {
  if (!websocket_ || ready_) return;
  ready_ = true;
  if (probe_ != probe::connecting) return;
  probe_ = probe::sent;
  out.push_back({engineio_client_action::kind::write_text, "2probe"});
}

UPLOADPROTO_DECL void engineio_client::websocket_text(std::string_view frame, time_point now, actions& out) {
  if (!websocket_) return;
  if (probe_ == probe::sent && frame == "3probe") {
    probe_ = probe::pausing;
    return finish_pause(out);
  }
  if (probe_ != probe::none) return give_up_probe(client_error::parse_error, out);
  std::string scratch;
  auto const packet = wire::engineio::decode_text(frame, scratch);
  if (!packet) return end(client_error::parse_error, packet.error(), 0, out);
  receive(*packet, now, out);
}

UPLOADPROTO_DECL void engineio_client::websocket_binary(std::string_view bytes, time_point now,
                                                        actions& out) {
  if (!websocket_) return;
  if (probe_ != probe::none) return give_up_probe(client_error::parse_error, out);
  receive({wire::engineio::packet_type::message, true, bytes}, now, out);
}

UPLOADPROTO_DECL void engineio_client::websocket_written(actions& out) {
  if (!websocket_ || probe_ != probe::none) return;
  writing_ = false;
  flush(out);
  if (state_ == state::closing) continue_close(out);
}

UPLOADPROTO_DECL void engineio_client::websocket_ended(error_code cause, int http_status, actions& out) {
  if (!std::exchange(websocket_, false)) return;
  ready_ = writing_ = false;
  if (probe_ != probe::none) return give_up_probe(cause, out);
  end(cause == client_error::transport_close ? cause : make_error_code(client_error::transport_error), cause,
      http_status, out);
}

UPLOADPROTO_DECL void engineio_client::receive(wire::engineio::packet const& packet, time_point now,
                                               actions& out) {
  using wire::engineio::packet_type;
  if (state_ == state::closed) return;
  if (packet.type == packet_type::open) return begin(packet.data, now, out);
  if (packet.type == packet_type::close) {
    return end(client_error::transport_close, client_error::transport_close, 0, out);
  }
  if (state_ == state::opening) return end(client_error::parse_error, client_error::parse_error, 0, out);
  switch (packet.type) {
    case packet_type::ping:
      heartbeat_deadline_ = now + handshake_.ping_interval + handshake_.ping_timeout;
      // One that still waits answers this ping too: a flood of them does not fill the memory.
      if (waiting_.empty() || waiting_.back().type != packet_type::pong) push(packet_type::pong, false, {});
      return flush(out);
    case packet_type::message:
      out.push_back({packet.binary ? engineio_client_action::kind::deliver_binary
                                   : engineio_client_action::kind::deliver_text,
                     std::string(packet.data)});
      return;
    default:
      return;  // a pong nobody asked for, an upgrade without a probe, a noop: without effect, as in JS
  }
}

UPLOADPROTO_DECL void engineio_client::begin(std::string_view handshake, time_point now, actions& out) {
  auto decoded = wire::engineio::decode_handshake(handshake);
  if (state_ != state::opening || !decoded) {
    return end(client_error::parse_error, decoded ? client_error::parse_error : decoded.error(), 0, out);
  }
  handshake_ = std::move(*decoded);
  // A server may announce any number; a day is for ever here and cannot overflow a time_point.
  constexpr std::chrono::milliseconds day = std::chrono::hours(24);
  handshake_.ping_interval = std::min(handshake_.ping_interval, day);
  handshake_.ping_timeout = std::min(handshake_.ping_timeout, day);
  state_ = state::open;
  heartbeat_deadline_ = now + handshake_.ping_interval + handshake_.ping_timeout;
  out.push_back({engineio_client_action::kind::opened});

  auto const& offered = handshake_.upgrades;
  if (transport_ == client_transport::polling && options_.upgrade &&
      std::find(offered.begin(), offered.end(), "websocket") != offered.end()) {
    probe_ = probe::connecting;
    probe_deadline_ = now + options_.upgrade_timeout;
    websocket_ = true;
    out.push_back({engineio_client_action::kind::open_websocket});
  }
}

UPLOADPROTO_DECL error_code engineio_client::send(std::string_view message, bool binary, actions& out) {
  if (state_ != state::open) return client_error::not_connected;
  if (waiting_bytes_ + message.size() > options_.max_send_buffer) return client_error::send_buffer_full;
  if (!binary && transport_ == client_transport::polling &&
      message.find(wire::engineio::record_separator) != std::string_view::npos) {
    return client_error::bad_arguments;
  }
  push(wire::engineio::packet_type::message, binary, message);
  flush(out);
  return {};
}

UPLOADPROTO_DECL bool engineio_client::writable() const {
  if (state_ != state::open || probe_ == probe::pausing || !waiting_.empty()) return false;
  return transport_ == client_transport::polling ? !post_pending_ : !writing_;
}

UPLOADPROTO_DECL void engineio_client::push(wire::engineio::packet_type type, bool binary,
                                            std::string_view data) {
  waiting_bytes_ += data.size();
  waiting_.push_back({type, binary, std::string(data)});
}

UPLOADPROTO_DECL void engineio_client::flush(actions& out) {
  if (waiting_.empty() || probe_ == probe::pausing || farewell_) return;
  if (state_ != state::open && state_ != state::closing) return;
  if (transport_ == client_transport::polling) return flush_polling(out);
  flush_websocket(out);
}

/** One POST with as many packets as the server takes at once; a single larger one goes by itself (WIRE 1.2).
 */
UPLOADPROTO_DECL void engineio_client::flush_polling(actions& out) {
  if (post_pending_) return;
  std::string body;
  while (!waiting_.empty()) {
    auto const& next = waiting_.front();
    std::size_t const size = 1 + (next.binary ? (next.data.size() + 2) / 3 * 4 : next.data.size());
    if (!body.empty()) {
      if (handshake_.max_payload != 0 && body.size() + 1 + size > handshake_.max_payload) break;
      body += wire::engineio::record_separator;
    }
    if (next.binary) {
      wire::engineio::append_binary(body, next.data);
    } else {
      wire::engineio::append_packet(body, next.type, next.data);
    }
    waiting_bytes_ -= next.data.size();
    waiting_.pop_front();
  }
  post_pending_ = true;
  out.push_back({engineio_client_action::kind::post, std::move(body)});
}

UPLOADPROTO_DECL void engineio_client::flush_websocket(actions& out) {
  if (writing_) return;
  writing_ = true;
  for (auto& next : waiting_) {
    if (next.binary) {
      out.push_back({engineio_client_action::kind::write_binary, std::move(next.data)});
    } else {
      std::string frame;
      frame.reserve(next.data.size() + 1);
      wire::engineio::append_packet(frame, next.type, next.data);
      out.push_back({engineio_client_action::kind::write_text, std::move(frame)});
    }
  }
  waiting_.clear();
  waiting_bytes_ = 0;
}

/** The last step of an upgrade, once neither a GET nor a POST is under way (WIRE 1.7, step 5). */
UPLOADPROTO_DECL void engineio_client::finish_pause(actions& out) {
  if (poll_pending_ || post_pending_) return;
  probe_ = probe::none;
  transport_ = client_transport::websocket;
  writing_ = true;
  out.push_back({engineio_client_action::kind::write_text, "5"});
  out.push_back({engineio_client_action::kind::upgraded});
}

UPLOADPROTO_DECL void engineio_client::give_up_probe(error_code why, actions& out) {
  probe_ = probe::none;
  if (std::exchange(websocket_, false)) out.push_back({engineio_client_action::kind::drop_websocket});
  ready_ = false;
  out.push_back({engineio_client_action::kind::upgrade_failed, {}, why});
  poll(out);
  flush(out);
  if (state_ == state::closing) continue_close(out);
}

UPLOADPROTO_DECL void engineio_client::close(time_point now, actions& out) {
  if (state_ == state::opening) return end(client_error::client_disconnect, {}, 0, out);
  if (state_ != state::open) return;
  state_ = state::closing;
  close_deadline_ = now + options_.close_timeout;
  if (probe_ == probe::connecting || probe_ == probe::sent) {
    probe_ = probe::none;
    websocket_ = ready_ = false;
    out.push_back({engineio_client_action::kind::drop_websocket});
  }
  continue_close(out);
}

/** Says farewell when nothing is left to be sent. */
UPLOADPROTO_DECL void engineio_client::continue_close(actions& out) {
  if (farewell_ || probe_ == probe::pausing || !waiting_.empty() || post_pending_ || writing_) return;
  farewell_ = true;
  if (transport_ == client_transport::polling) {
    post_pending_ = true;
    out.push_back({engineio_client_action::kind::post, "1"});
  } else {
    out.push_back({engineio_client_action::kind::close_websocket});
  }
}

UPLOADPROTO_DECL void engineio_client::abort(error_code reason, actions& out) {
  end(reason, reason, 0, out);
}

UPLOADPROTO_DECL void engineio_client::end(error_code reason, error_code cause, int http_status,
                                           actions& out) {
  if (state_ == state::closed) return;
  if (state_ == state::closing) reason = client_error::client_disconnect;
  if (poll_pending_ || post_pending_) out.push_back({engineio_client_action::kind::stop_polling});
  if (websocket_) out.push_back({engineio_client_action::kind::drop_websocket});
  waiting_.clear();
  waiting_bytes_ = 0;
  state_ = state::closed;
  probe_ = probe::none;
  poll_pending_ = post_pending_ = websocket_ = ready_ = writing_ = farewell_ = false;
  out.push_back({engineio_client_action::kind::closed, {}, reason, cause, http_status});
}

UPLOADPROTO_DECL void engineio_client::expire(time_point now, actions& out) {
  if (state_ == state::closing && now >= close_deadline_)
    return end(client_error::client_disconnect, {}, 0, out);
  if ((state_ == state::open || state_ == state::closing) && now >= heartbeat_deadline_) {
    return end(client_error::ping_timeout, client_error::ping_timeout, 0, out);
  }
  if (probe_ != probe::none && now >= probe_deadline_) give_up_probe(client_error::connect_timeout, out);
}

UPLOADPROTO_DECL std::optional<engineio_client::time_point> engineio_client::deadline() const {
  if (state_ != state::open && state_ != state::closing) return std::nullopt;
  auto earliest = heartbeat_deadline_;
  if (state_ == state::closing) earliest = std::min(earliest, close_deadline_);
  if (probe_ != probe::none) earliest = std::min(earliest, probe_deadline_);
  return earliest;
}

}  // namespace uploadproto::session

#endif
