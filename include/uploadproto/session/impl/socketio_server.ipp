// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_IMPL_SOCKETIO_SERVER_IPP
#define UPLOADPROTO_SESSION_IMPL_SOCKETIO_SERVER_IPP

#include <uploadproto/session/error.hpp>
#include <uploadproto/session/socketio_server.hpp>

#include <utility>

namespace uploadproto::session {

UPLOADPROTO_DECL socketio_server::socketio_server(socketio_server_options const& options, time_point now)
    : options_(&options), decoder_(options.decoding), connect_deadline_(now + options.connect_timeout) {}

UPLOADPROTO_DECL void socketio_server::text(std::string_view message, actions& out) {
  if (violated_) return;
  arrived_ = message.size();
  decoded(decoder_.text(message), out);
}

UPLOADPROTO_DECL void socketio_server::binary(std::string_view bytes, actions& out) {
  if (violated_) return;
  arrived_ += bytes.size();
  decoded(decoder_.binary(bytes), out);
}

UPLOADPROTO_DECL void socketio_server::decoded(result<std::optional<wire::socketio::packet>> packet,
                                               actions& out) {
  if (!packet) return violate(packet.error(), out);
  if (*packet) return dispatch(std::move(**packet), out);
  await_attachments(out);
}

UPLOADPROTO_DECL void socketio_server::await_attachments(actions& out) {
  auto const* const found = find(decoder_.pending_namespace());
  if (!found) return violate(error::not_connected, out);
  if (found->pending && !room_to_hold()) violate(error::too_many_held_packets, out);
}

UPLOADPROTO_DECL void socketio_server::dispatch(wire::socketio::packet packet, actions& out) {
  using type = wire::socketio::packet_type;
  if (packet.type == type::connect) return connect(std::move(packet), out);
  if (packet.type == type::connect_error) return violate(error::unexpected_packet, out);

  auto* const found = find(packet.nsp);
  if (!found) return violate(error::not_connected, out);
  if (found->pending) return hold(*found, std::move(packet), out);
  switch (packet.type) {
    case type::disconnect:
      leave(packet.nsp);
      out.push_back({socketio_server_action::kind::disconnect, std::move(packet), {}});
      return;
    case type::ack:
    case type::binary_ack:
      out.push_back({socketio_server_action::kind::ack, std::move(packet), {}});
      return;
    default:
      out.push_back({socketio_server_action::kind::event, std::move(packet), {}});
  }
}

UPLOADPROTO_DECL void socketio_server::hold(membership& where, wire::socketio::packet packet, actions& out) {
  if (!where.held) where.held = std::make_unique<held_packets>();
  if (where.held->packets.size() >= options_->max_held_packets || !room_to_hold())
    return violate(error::too_many_held_packets, out);
  where.held->bytes += arrived_;
  where.held->packets.push_back(std::move(packet));
}

UPLOADPROTO_DECL bool socketio_server::room_to_hold() const noexcept {
  std::size_t total = arrived_;
  for (auto const& each : memberships_) total += each.held ? each.held->bytes : 0;
  return total <= options_->max_held_bytes;
}

UPLOADPROTO_DECL void socketio_server::connect(wire::socketio::packet packet, actions& out) {
  if (find(packet.nsp)) return violate(error::already_connected, out);
  if (memberships_.size() >= options_->max_namespaces) return violate(error::too_many_namespaces, out);
  memberships_.push_back({packet.nsp, true, nullptr});
  if (packet.data.is_null()) packet.data.emplace_object();
  out.push_back({socketio_server_action::kind::connect, std::move(packet), {}});
}

UPLOADPROTO_DECL void socketio_server::accept(std::string_view nsp, actions& out) {
  auto* const found = find(nsp);
  if (!found || !found->pending) return;
  found->pending = false;
  connect_deadline_ = time_point::max();
  auto const held = std::move(found->held);
  if (!held) return;
  for (auto& packet : held->packets) {
    if (violated_) return;
    dispatch(std::move(packet), out);
  }
}

UPLOADPROTO_DECL void socketio_server::refuse(std::string_view nsp, actions& out) {
  auto* const found = find(nsp);
  if (!found || !found->pending) return;
  auto const held = std::move(found->held);
  leave(nsp);
  if (held) violate(error::not_connected, out);
}

UPLOADPROTO_DECL bool socketio_server::leave(std::string_view nsp) {
  for (auto it = memberships_.begin(); it != memberships_.end(); ++it) {
    if (it->nsp != nsp) continue;
    memberships_.erase(it);
    return true;
  }
  return false;
}

UPLOADPROTO_DECL void socketio_server::expire(time_point now, actions& out) {
  if (connect_deadline_ <= now) violate(error::connect_timeout, out);
}

UPLOADPROTO_DECL bool socketio_server::joined(std::string_view nsp) const noexcept {
  for (auto const& each : memberships_)
    if (each.nsp == nsp) return !each.pending;
  return false;
}

UPLOADPROTO_DECL void socketio_server::violate(error_code why, actions& out) {
  if (violated_) return;
  violated_ = true;
  connect_deadline_ = time_point::max();
  out.push_back({socketio_server_action::kind::violation, {}, why});
}

UPLOADPROTO_DECL socketio_server::membership* socketio_server::find(std::string_view nsp) noexcept {
  for (auto& each : memberships_)
    if (each.nsp == nsp) return &each;
  return nullptr;
}

}  // namespace uploadproto::session

#endif
