// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SOCKETIO_IMPL_NAME_SPACE_IPP
#define UPLOADPROTO_SOCKETIO_IMPL_NAME_SPACE_IPP

#include <uploadproto/socketio/impl/client.hpp>
#include <uploadproto/socketio/impl/packet_text.hpp>
#include <uploadproto/socketio/server.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace uploadproto::socketio {

UPLOADPROTO_DECL name_space::name_space(server& owner, std::string name)
    : owner_(owner), name_(std::move(name)) {
  auto const& options = owner.options();
  if (options.recovery) {
    auto const prefix = net::make_random_id();
    recovery_ = std::make_unique<session::recovery_store>(*options.recovery, std::string(prefix.data(), 8));
  }
  if (options.adapter) adapter_ = options.adapter(*this);
  if (!adapter_) adapter_ = std::make_unique<in_process_adapter>();
}

UPLOADPROTO_DECL name_space::~name_space() {
  *alive_ = false;
}

// Sockets and their namespace hold each other, and the program may keep a socket: other nodes must not reach
// the namespace any more.
UPLOADPROTO_DECL void name_space::let_go() {
  *alive_ = false;
  adapter_ = std::make_unique<in_process_adapter>();
  acks_ = {};
  auto const all = std::exchange(sockets_, {});
  for (auto const& each : all) {
    each->connected_ = false;
    each->connection_ = nullptr;
    rooms_.leave_all(*each);
  }
}

// What the application sets.

UPLOADPROTO_DECL name_space& name_space::use(check run) {
  set_.checks.push_back(std::move(run));
  return *this;
}
UPLOADPROTO_DECL name_space& name_space::use_event(event_check run) {
  set_.event_checks.push_back(std::move(run));
  return *this;
}
UPLOADPROTO_DECL name_space& name_space::on_refused_event(
    std::function<void(socket&, event const&, connect_error const&)> handler) {
  set_.refused_event = std::move(handler);
  return *this;
}
UPLOADPROTO_DECL name_space& name_space::on_connect(socket_handler handler) {
  set_.connected = std::move(handler);
  return *this;
}
UPLOADPROTO_DECL name_space& name_space::on(std::string name, event_handler handler) {
  set_.handlers.on(std::move(name), std::move(handler));
  return *this;
}
UPLOADPROTO_DECL name_space& name_space::off(std::string_view name) {
  set_.handlers.off(name);
  return *this;
}
UPLOADPROTO_DECL name_space& name_space::on_decode_error(decode_error_handler handler) {
  set_.decode_error = std::move(handler);
  return *this;
}
UPLOADPROTO_DECL name_space& name_space::on_other(event_handler handler) {
  set_.other = std::move(handler);
  return *this;
}
UPLOADPROTO_DECL name_space& name_space::on_any(event_handler handler) {
  set_.handlers.on_any(std::move(handler));
  return *this;
}
UPLOADPROTO_DECL name_space& name_space::on_any_outgoing(event_handler handler) {
  set_.handlers.on_any_outgoing(std::move(handler));
  return *this;
}
UPLOADPROTO_DECL name_space& name_space::on_disconnecting(disconnect_handler handler) {
  set_.disconnecting = std::move(handler);
  return *this;
}
UPLOADPROTO_DECL name_space& name_space::on_disconnect(disconnect_handler handler) {
  set_.disconnected = std::move(handler);
  return *this;
}
UPLOADPROTO_DECL name_space& name_space::on_room(
    std::function<void(room_change, std::string_view, std::string_view)> handler) {
  set_.room = std::move(handler);
  return *this;
}
UPLOADPROTO_DECL name_space& name_space::on_server_side(std::function<void(event const&)> handler) {
  set_.server_side = std::move(handler);
  return *this;
}

UPLOADPROTO_DECL socket_ptr name_space::find(std::string_view id) const {
  for (auto* const member : rooms_.members(id))
    if (member->id() == id) return socket_ptr(member);
  return nullptr;
}

// A socket's way in and out.

UPLOADPROTO_DECL void name_space::run_checks(socket_ptr who, std::size_t from) {
  if (from >= set_.checks.size()) return owner_.decided(*who, std::nullopt);
  auto const once = std::make_shared<bool>(false);
  auto const run = set_.checks[from];
  run(*who, who->auth(), [this, alive = alive_, who, from, once](std::optional<connect_error> refusal) {
    if (!*alive || std::exchange(*once, true)) return;
    if (refusal) return owner_.decided(*who, std::move(refusal));
    run_checks(who, from + 1);
  });
}

UPLOADPROTO_DECL void name_space::add(socket& who) {
  who.connected_ = true;
  who.index_ = sockets_.size();
  sockets_.emplace_back(&who);
  who.join(who.id());
  members_changed();
}

UPLOADPROTO_DECL void name_space::joined(socket& who, std::string_view room) {
  members_changed();
  if (!set_.room) return;
  if (rooms_.members(room).size() == 1) set_.room(room_change::created, room, who.id());
  set_.room(room_change::joined, room, who.id());
}

UPLOADPROTO_DECL void name_space::left(socket& who, std::string_view room) {
  members_changed();
  if (!set_.room) return;
  set_.room(room_change::left, room, who.id());
  if (rooms_.members(room).empty()) set_.room(room_change::deleted, room, who.id());
}

UPLOADPROTO_DECL void name_space::keep_for_recovery(socket& who, disconnect_reason reason) {
  if (!recovery_ || !who.secret_) return;
  static constexpr std::array<std::string_view, 5> recoverable{
      "transport error", "transport close", "forced close", "ping timeout", "server shutting down"};
  if (std::find(recoverable.begin(), recoverable.end(), reason) == recoverable.end()) return;
  recovery_->keep(std::string(who.secret_->data(), who.secret_->size()),
                  {std::string(who.id()), who.rooms(), who.user, who.data}, std::chrono::steady_clock::now());
}

UPLOADPROTO_DECL void name_space::remove(socket& who, disconnect_reason reason) {
  socket_ptr const self(&who);
  bool const was_connected = who.connected_;
  if (was_connected && set_.disconnecting) set_.disconnecting(who, reason);
  if (was_connected) keep_for_recovery(who, reason);
  who.connected_ = false;
  who.connection_ = nullptr;
  auto const rooms = set_.room ? who.rooms() : std::vector<std::string>{};
  rooms_.leave_all(who);
  for (auto const& room : rooms) left(who, room);
  if (was_connected) {
    sockets_.back()->index_ = who.index_;
    std::swap(sockets_[who.index_], sockets_.back());
    sockets_.pop_back();
  }
  members_changed();
  if (who.was_asked_) acks_.drop(&who, boost::asio::error::operation_aborted);
  if (was_connected && set_.disconnected) set_.disconnected(who, reason);
  if (--attached_ == 0 && parent_) owner_.forget_child(*this);
}

// What comes in.

UPLOADPROTO_DECL void name_space::acked(wire::socketio::packet packet, socket& who) {
  if (!packet.id || !who.was_asked_) return;
  wire::socketio::order_attachments(packet);
  ack_reply reply;
  if (auto* const args = packet.data.if_array()) reply.args = std::move(*args);
  reply.attachments = std::move(packet.attachments);
  acks_.answer(*packet.id, &who, std::move(reply));
}

UPLOADPROTO_DECL void name_space::dispatch(socket& who, wire::socketio::packet packet) {
  wire::socketio::order_attachments(packet);
  auto* const list = packet.data.if_array();
  if (!list || list->empty()) return;
  event arrived;
  if (auto const* const text = list->front().if_string())
    arrived.name.assign(text->data(), text->size());
  else
    wire::append_json(arrived.name, list->front());
  arrived.args = std::move(*list);
  arrived.args.erase(arrived.args.begin());
  arrived.attachments = std::move(packet.attachments);
  if (packet.id) {
    arrived.reply_ = std::make_shared<event::reply_function>(
        [to = socket_ptr(&who), id = *packet.id, used = false](boost::json::array args,
                                                               std::vector<std::string> attachments) mutable {
          if (std::exchange(used, true) || !to->connected()) return;
          wire::socketio::packet reply{
              wire::socketio::packet_type::ack, to->nsp().name(), id, std::move(args), {}};
          reply.attachments = std::move(attachments);
          to->connection()->send(net::encoded_message(detail::packet_text(reply), reply.attachments));
        });
  }
  if (set_.event_checks.empty()) return handle(who, arrived);
  check_event(socket_ptr(&who), std::make_shared<event>(std::move(arrived)), 0);
}

UPLOADPROTO_DECL void name_space::check_event(socket_ptr who, std::shared_ptr<event> arrived,
                                              std::size_t from) {
  if (!who->connected()) return;
  if (from >= set_.event_checks.size()) return handle(*who, *arrived);
  auto const once = std::make_shared<bool>(false);
  auto const run = set_.event_checks[from];
  run(*who, *arrived, [this, alive = alive_, who, arrived, from, once](std::optional<connect_error> refusal) {
    if (!*alive || std::exchange(*once, true)) return;
    if (!refusal) return check_event(who, arrived, from + 1);
    if (set_.refused_event) set_.refused_event(*who, *arrived, *refusal);
  });
}

UPLOADPROTO_DECL void name_space::handle(socket& who, event const& arrived) {
  socket_ptr const self(&who);
  bool heard = set_.handlers.incoming(who, arrived);
  if (who.own_) heard = who.own_->incoming(who, arrived) || heard;
  if (!heard && set_.other) set_.other(who, arrived);
}

UPLOADPROTO_DECL void name_space::decode_failed(socket& who, event const& arrived,
                                                contract::violations const& wrong) {
  if (set_.decode_error) set_.decode_error(who, arrived, wrong);
}

// What other nodes ask for.

UPLOADPROTO_DECL void name_space::deliver(room_selection const& to, broadcast_packet const& packet) {
  if (set_.handlers.hears_outgoing()) {
    std::vector<socket_ptr> audience;
    select(to, [&](socket& each) { audience.emplace_back(&each); });
    for (auto const& each : audience) each->tell_outgoing(packet.name, packet.args, packet.attachments);
  }
  bool const recoverable = recovery_ && !packet.is_volatile;
  auto const message =
      encode(to, packet.name, detail::args_text(packet.args), packet.attachments, recoverable);
  if (packet.is_volatile) return send_volatile(to, message);
  send(to, message, packet.merge_key);
}

UPLOADPROTO_DECL void name_space::deliver_with_ack(room_selection const& to, broadcast_packet const& packet,
                                                   std::chrono::milliseconds timeout,
                                                   std::function<void(std::size_t)> counted,
                                                   std::function<void(ack_reply)> replied) {
  std::vector<socket*> whom;
  select(to, [&](socket& each) { whom.push_back(&each); });
  counted(whom.size());
  auto const tell = [replied = std::move(replied)](error_code, std::vector<ack_reply> replies) {
    for (auto& each : replies) replied(std::move(each));
  };
  for (auto* const each : whom) ask({each}, packet, timeout, tell, false);
}

UPLOADPROTO_DECL std::vector<remote_socket> name_space::describe(room_selection const& of) const {
  std::vector<remote_socket> found;
  select(of, [&](socket& each) {
    boost::json::value told;
    if (auto const* const shake = each.handshake())
      told = {{"address", shake->address}, {"url", shake->target}, {"secure", shake->secure}};
    found.push_back({std::string(each.id()), each.rooms(), std::move(told)});
  });
  return found;
}

UPLOADPROTO_DECL void name_space::join(room_selection const& who, std::vector<std::string> const& rooms) {
  std::vector<socket_ptr> found;
  select(who, [&](socket& each) { found.emplace_back(&each); });
  for (auto const& each : found)
    for (auto const& room : rooms) each->join(room);
}

UPLOADPROTO_DECL void name_space::leave(room_selection const& who, std::vector<std::string> const& rooms) {
  std::vector<socket_ptr> found;
  select(who, [&](socket& each) { found.emplace_back(&each); });
  for (auto const& each : found)
    for (auto const& room : rooms) each->leave(room);
}

UPLOADPROTO_DECL void name_space::disconnect(room_selection const& who, bool close) {
  std::vector<socket_ptr> found;
  select(who, [&](socket& each) { found.emplace_back(&each); });
  for (auto const& each : found) each->disconnect(close);
}

UPLOADPROTO_DECL void name_space::server_side_event(event const& arrived) {
  if (set_.server_side) set_.server_side(arrived);
}

UPLOADPROTO_DECL void name_space::server_side_emit(std::string const& event_name,
                                                   boost::json::array const& args,
                                                   std::chrono::milliseconds timeout,
                                                   session::ack_table::handler handler) {
  adapter_->server_side_emit(event_name, args, timeout, std::move(handler));
}

}  // namespace uploadproto::socketio

#endif
