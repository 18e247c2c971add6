// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SOCKETIO_IMPL_SOCKET_IPP
#define UPLOADPROTO_SOCKETIO_IMPL_SOCKET_IPP

#include <uploadproto/socketio/impl/client.hpp>
#include <uploadproto/socketio/impl/packet_text.hpp>
#include <uploadproto/socketio/server.hpp>

#include <boost/asio/error.hpp>

#include <utility>

namespace uploadproto::socketio {

using wire::socketio::packet_type;

UPLOADPROTO_DECL socket::socket(name_space& home, net::engineio_connection& connection)
    : home_(&home), connection_(&connection), id_(net::make_random_id()) {}

UPLOADPROTO_DECL socket::~socket() = default;

UPLOADPROTO_DECL bool socket::may_emit(std::string_view name) const noexcept {
  return connected_ && !wire::socketio::is_reserved_event(name);
}

UPLOADPROTO_DECL void socket::tell_outgoing(std::string_view name, boost::json::array const& args,
                                            std::vector<std::string> const& attachments) {
  bool const shared = home_->set_.handlers.hears_outgoing();
  if (!shared && !(own_ && own_->hears_outgoing())) return;
  event const sent{std::string(name), args, attachments, nullptr};
  socket_ptr const self(this);
  if (shared) home_->set_.handlers.outgoing(*this, sent);
  if (own_) own_->outgoing(*this, sent);
}

UPLOADPROTO_DECL void socket::emit(std::string_view name, boost::json::array const& args,
                                   std::vector<std::string> const& attachments) {
  if (!may_emit(name)) return;
  tell_outgoing(name, args, attachments);
  if (!connected_) return;
  auto const text = detail::args_text(args);
  if (home_->recovery_)
    return connection_->send(home_->encode({{std::string(id())}, {}, {}}, name, text, attachments, true));
  connection_->send(net::encoded_message(
      detail::event_text(home_->name(), std::nullopt, name, text, attachments.size()), attachments));
}

UPLOADPROTO_DECL void socket::emit_json(std::string_view name, std::string_view args_text,
                                        std::uint64_t merge_key) {
  if (!may_emit(name)) return;
  if (home_->recovery_)
    return connection_->send(home_->encode({{std::string(id())}, {}, {}}, name, args_text, {}, true),
                             merge_key);
  connection_->send(net::encoded_message(detail::event_text(home_->name(), std::nullopt, name, args_text, 0)),
                    merge_key);
}

UPLOADPROTO_DECL bool socket::emit_volatile(std::string_view name, boost::json::array const& args,
                                            std::vector<std::string> const& attachments) {
  if (!may_emit(name) || !connection_->writable()) return false;
  tell_outgoing(name, args, attachments);
  if (!connected_) return false;
  return connection_->send_volatile(home_->encode({}, name, detail::args_text(args), attachments, false));
}

UPLOADPROTO_DECL void socket::emit_with_ack(std::string_view name, boost::json::array const& args,
                                            std::vector<std::string> const& attachments,
                                            std::chrono::milliseconds timeout, ack_handler handler) {
  if (!may_emit(name)) return handler(boost::asio::error::operation_aborted, {});
  tell_outgoing(name, args, attachments);
  home_->ask(
      {this}, {std::string(name), args, attachments, false}, timeout,
      [handler = std::move(handler)](error_code ec, std::vector<ack_reply> replies) {
        handler(ec, replies.empty() ? ack_reply{} : std::move(replies.front()));
      },
      false);
}

UPLOADPROTO_DECL void socket::join(std::string_view room) {
  if (!connection_ || !home_->rooms_.join(*this, room)) return;
  home_->joined(*this, room);
}

UPLOADPROTO_DECL void socket::leave(std::string_view room) {
  if (home_->rooms_.leave(*this, room)) home_->left(*this, room);
}

UPLOADPROTO_DECL std::vector<std::string> socket::rooms() const {
  return home_->rooms_.rooms_of(*this);
}

UPLOADPROTO_DECL broadcast socket::others() const {
  return broadcast(*home_).except(id());
}
UPLOADPROTO_DECL broadcast socket::to(std::string_view room) const {
  return others().to(room);
}
UPLOADPROTO_DECL broadcast socket::except(std::string_view room) const {
  return others().except(room);
}

UPLOADPROTO_DECL listeners& socket::own_listeners() {
  if (!own_) own_ = std::make_unique<listeners>();
  return *own_;
}

UPLOADPROTO_DECL net::handshake const* socket::handshake() const noexcept {
  return connection_ ? connection_->handshake() : nullptr;
}
UPLOADPROTO_DECL boost::json::object const& socket::auth() const noexcept {
  static boost::json::object const nothing;
  return auth_ ? *auth_ : nothing;
}
UPLOADPROTO_DECL void socket::forget_handshake() noexcept {
  auth_.reset();
  if (connection_) connection_->forget_handshake();
}

UPLOADPROTO_DECL void socket::disconnect(bool close) {
  if (!connected_) return;
  net::engineio_connection_ptr const connection(connection_);
  auto& client = server::client::of(*connection);
  auto const leaving = close ? client.sockets : std::vector<socket_ptr>{socket_ptr(this)};
  for (auto const& each : leaving) {
    if (!each->connected_) continue;
    client.protocol.leave(each->home_->name());
    client.forget(*each);
    connection->send(net::encoded_message(
        detail::packet_text({packet_type::disconnect, each->home_->name(), {}, nullptr, {}})));
    each->home_->remove(*each, "server namespace disconnect");
  }
  if (close) connection->close();
}

}  // namespace uploadproto::socketio

#endif
