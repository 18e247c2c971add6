// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SOCKETIO_IMPL_SERVER_IPP
#define UPLOADPROTO_SOCKETIO_IMPL_SERVER_IPP

#include <uploadproto/socketio/server.hpp>
#include <uploadproto/wire/json.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <utility>

namespace uploadproto::socketio {

using wire::socketio::packet_type;

/** What the server keeps of one connection. */
struct server::client final : net::engineio_handler::per_connection {
  client(session::socketio_server_options const& options, std::chrono::steady_clock::time_point now)
      : protocol(options, now) {}
  std::chrono::steady_clock::time_point deadline() const override { return protocol.deadline(); }

  static client& of(net::engineio_connection& connection) { return static_cast<client&>(*connection.data); }
  socket_ptr find(std::string_view nsp) const {
    for (auto const& each : sockets)
      if (each->nsp().name() == nsp) return each;
    return nullptr;
  }
  void forget(socket const& gone) {
    std::erase_if(sockets, [&](socket_ptr const& each) { return each.get() == &gone; });
  }

  session::socketio_server protocol;
  std::vector<socket_ptr> sockets;
};

namespace detail {

inline std::string event_text(std::string_view nsp, std::optional<std::uint64_t> id, std::string_view name,
                              boost::json::array const& args, std::size_t attachments) {
  std::string text;
  wire::socketio::append_event_head(text, nsp, id, attachments);
  text.push_back('[');
  wire::append_json_string(text, name);
  for (auto const& arg : args) {
    text.push_back(',');
    wire::append_json(text, arg);
  }
  text.push_back(']');
  return text;
}

inline std::string event_text(std::string_view nsp, std::string_view name, std::string_view args_text) {
  std::string text;
  text.reserve(args_text.size() + name.size() + nsp.size() + 16);
  wire::socketio::append_event_head(text, nsp, std::nullopt, 0);
  text.push_back('[');
  wire::append_json_string(text, name);
  if (!args_text.empty()) text.append(1, ',').append(args_text);
  text.push_back(']');
  return text;
}

inline std::string packet_text(wire::socketio::packet const& packet) {
  std::string text;
  wire::socketio::append(text, packet);
  return text;
}

}  // namespace detail

// socket

UPLOADPROTO_DECL socket::socket(name_space& home, net::engineio_connection& connection)
    : home_(home), connection_(&connection), id_(net::make_random_id()) {}

UPLOADPROTO_DECL void socket::emit(std::string_view name, boost::json::array const& args,
                                   std::vector<std::string> const& attachments) {
  if (!connected_) return;
  connection_->send(net::encoded_message(
      detail::event_text(home_.name(), std::nullopt, name, args, attachments.size()), attachments));
}

UPLOADPROTO_DECL void socket::emit_json(std::string_view name, std::string_view args_text,
                                        std::uint64_t merge_key) {
  if (!connected_) return;
  connection_->send(net::encoded_message(detail::event_text(home_.name(), name, args_text)), merge_key);
}

UPLOADPROTO_DECL void socket::emit_with_ack(std::string_view name, boost::json::array const& args,
                                            std::chrono::milliseconds timeout, ack_handler handler) {
  if (!connected_) return handler(boost::asio::error::operation_aborted, {});
  auto const id = home_.owner().next_ack_++;
  auto const deadline = std::chrono::steady_clock::now() + timeout;
  home_.acks_.emplace(id, name_space::pending_ack{this, std::move(handler), deadline});
  home_.owner().await_ack(deadline, home_, id);
  ++acks_pending_;
  connection_->send(net::encoded_message(detail::event_text(home_.name(), id, name, args, 0)));
}

UPLOADPROTO_DECL void socket::join(std::string_view room) {
  if (connection_ && home_.rooms_.join(*this, room)) home_.members_changed();
}

UPLOADPROTO_DECL void socket::leave(std::string_view room) {
  if (home_.rooms_.leave(*this, room)) home_.members_changed();
}

UPLOADPROTO_DECL std::vector<std::string> socket::rooms() const {
  return home_.rooms_.rooms_of(*this);
}

UPLOADPROTO_DECL net::handshake const* socket::handshake() const noexcept {
  return connection_ ? connection_->handshake() : nullptr;
}

UPLOADPROTO_DECL void socket::disconnect(bool close) {
  if (!connected_) return;
  net::engineio_connection_ptr const connection(connection_);
  auto& client = server::client::of(*connection);
  auto const leaving = close ? client.sockets : std::vector<socket_ptr>{socket_ptr(this)};
  for (auto const& each : leaving) {
    if (!each->connected_) continue;
    client.protocol.leave(each->home_.name());
    client.forget(*each);
    connection->send(net::encoded_message(
        detail::packet_text({packet_type::disconnect, each->home_.name(), {}, nullptr, {}})));
    each->home_.remove(*each, "server namespace disconnect");
  }
  if (close) connection->close();
}

// broadcast

UPLOADPROTO_DECL broadcast broadcast::to(std::string_view room) const {
  auto wider = *this;
  wider.rooms_.emplace_back(room);
  return wider;
}

UPLOADPROTO_DECL broadcast broadcast::except(std::string_view room) const {
  auto narrower = *this;
  narrower.except_.emplace_back(room);
  return narrower;
}

UPLOADPROTO_DECL broadcast broadcast::only_user(std::string_view user) const {
  auto narrower = *this;
  narrower.user_ = user;
  return narrower;
}

UPLOADPROTO_DECL void broadcast::emit(std::string_view name, boost::json::array const& args,
                                      std::vector<std::string> const& attachments) const {
  send(net::encoded_message(detail::event_text(nsp_->name(), std::nullopt, name, args, attachments.size()),
                            attachments),
       0);
}

UPLOADPROTO_DECL void broadcast::emit_json(std::string_view name, std::string_view args_text,
                                           std::uint64_t merge_key) const {
  send(net::encoded_message(detail::event_text(nsp_->name(), name, args_text)), merge_key);
}

template <class Take>
void broadcast::select(Take&& take) const {
  auto const wanted = [&](socket& each) {
    if (each.connected_ && (user_.empty() || each.user == user_)) take(each);
  };
  if (rooms_.empty()) {
    nsp_->rooms_.select_from(nsp_->sockets_, except_, wanted);
  } else {
    nsp_->rooms_.select(rooms_, except_, wanted);
  }
}

UPLOADPROTO_DECL void broadcast::send(net::encoded_message const& message, std::uint64_t merge_key) const {
  auto& nsp = *nsp_;
  auto& engine = nsp.owner().engine();
  bool const same_audience = nsp.audience_ != 0 && nsp.audience_version_ == nsp.version_ &&
                             nsp.audience_rooms_ == rooms_ && nsp.audience_except_ == except_ &&
                             nsp.audience_user_ == user_;
  if (same_audience && engine.fanning_out_to(nsp.audience_)) return engine.fan_out(message, merge_key);

  auto selection = std::exchange(nsp.selection_, {});
  select([&](socket& each) { selection.push_back(&each); });
  // A small audience is written to directly: its messages share a write with all else of the turn.
  constexpr std::size_t small = 8;
  if (selection.size() <= small) {
    for (auto* const each : selection) each->connection_->send(message, merge_key);
  } else {
    nsp.audience_ = engine.new_audience();
    nsp.audience_version_ = nsp.version_;
    nsp.audience_rooms_ = rooms_;
    nsp.audience_except_ = except_;
    nsp.audience_user_ = user_;
    engine.begin_fan_out(nsp.audience_);
    for (auto* const each : selection) engine.add_to_fan_out(*each->connection_);
    engine.fan_out(message, merge_key);
  }
  selection.clear();
  nsp.selection_ = std::move(selection);
}

UPLOADPROTO_DECL std::vector<socket_ptr> broadcast::fetch_sockets() const {
  std::vector<socket_ptr> found;
  select([&](socket& each) { found.emplace_back(&each); });
  return found;
}

UPLOADPROTO_DECL void broadcast::sockets_join(std::string_view room) const {
  for (auto const& each : fetch_sockets()) each->join(room);
}

UPLOADPROTO_DECL void broadcast::sockets_leave(std::string_view room) const {
  for (auto const& each : fetch_sockets()) each->leave(room);
}

UPLOADPROTO_DECL void broadcast::disconnect_sockets(bool close) const {
  for (auto const& each : fetch_sockets()) each->disconnect(close);
}

// name_space

UPLOADPROTO_DECL name_space::name_space(server& owner, std::string name)
    : owner_(owner), name_(std::move(name)) {}

UPLOADPROTO_DECL name_space& name_space::use(check run) {
  checks_.push_back(std::move(run));
  return *this;
}
UPLOADPROTO_DECL name_space& name_space::on_connect(socket_handler handler) {
  connected_ = std::move(handler);
  return *this;
}
UPLOADPROTO_DECL name_space& name_space::on(std::string name, event_handler handler) {
  handlers_.insert_or_assign(std::move(name), std::move(handler));
  return *this;
}
UPLOADPROTO_DECL name_space& name_space::on_other(event_handler handler) {
  other_ = std::move(handler);
  return *this;
}
UPLOADPROTO_DECL name_space& name_space::on_disconnecting(disconnect_handler handler) {
  disconnecting_ = std::move(handler);
  return *this;
}
UPLOADPROTO_DECL name_space& name_space::on_disconnect(disconnect_handler handler) {
  disconnected_ = std::move(handler);
  return *this;
}

UPLOADPROTO_DECL socket_ptr name_space::find(std::string_view id) const {
  for (auto* const member : rooms_.members(id))
    if (member->id() == id) return socket_ptr(member);
  return nullptr;
}

UPLOADPROTO_DECL void name_space::run_checks(socket_ptr who, std::shared_ptr<boost::json::object> auth,
                                             std::size_t from) {
  if (from == checks_.size()) return owner_.decided(*who, std::nullopt);
  auto const once = std::make_shared<bool>(false);
  checks_[from](*who, *auth, [this, who, auth, from, once](std::optional<connect_error> refusal) {
    if (std::exchange(*once, true)) return;
    if (refusal) return owner_.decided(*who, std::move(refusal));
    run_checks(who, auth, from + 1);
  });
}

UPLOADPROTO_DECL void name_space::add(socket& who) {
  who.connected_ = true;
  who.index_ = sockets_.size();
  sockets_.emplace_back(&who);
  rooms_.join(who, who.id());
  members_changed();
}

UPLOADPROTO_DECL void name_space::remove(socket& who, disconnect_reason reason) {
  socket_ptr const self(&who);
  bool const was_connected = who.connected_;
  if (was_connected && disconnecting_) disconnecting_(who, reason);
  who.connected_ = false;
  who.connection_ = nullptr;
  rooms_.leave_all(who);
  if (was_connected) {
    sockets_.back()->index_ = who.index_;
    std::swap(sockets_[who.index_], sockets_.back());
    sockets_.pop_back();
  }
  members_changed();
  if (who.acks_pending_ > 0) {
    std::vector<std::uint64_t> lost;
    for (auto const& [id, ack] : acks_)
      if (ack.owner == &who) lost.push_back(id);
    for (auto const id : lost) give_up_ack(id, boost::asio::error::operation_aborted);
  }
  if (was_connected && disconnected_) disconnected_(who, reason);
}

UPLOADPROTO_DECL void name_space::give_up_ack(std::uint64_t id, error_code why) {
  auto const node = acks_.extract(id);
  if (node.empty()) return;
  auto& ack = node.mapped();
  owner_.forget_ack(ack.deadline, id);
  --ack.owner->acks_pending_;
  ack.handler(why, {});
}

UPLOADPROTO_DECL void name_space::acked(wire::socketio::packet packet, socket& who) {
  if (!packet.id) return;
  auto const at = acks_.find(*packet.id);
  if (at == acks_.end() || at->second.owner != &who) return;
  auto const node = acks_.extract(at);
  owner_.forget_ack(node.mapped().deadline, *packet.id);
  --who.acks_pending_;
  ack_reply reply;
  if (auto* const args = packet.data.if_array()) reply.args = std::move(*args);
  reply.attachments = std::move(packet.attachments);
  node.mapped().handler({}, std::move(reply));
}

UPLOADPROTO_DECL void name_space::dispatch(socket& who, wire::socketio::packet packet) {
  auto* const list = packet.data.if_array();
  if (!list || list->empty()) return;
  event arrived;
  if (auto const* const text = list->front().if_string())
    arrived.name.assign(text->data(), text->size());
  else
    wire::append_json(arrived.name, list->front());
  auto const handler = handlers_.find(arrived.name);
  auto const& run = handler != handlers_.end() ? handler->second : other_;
  if (!run) return;
  arrived.args = std::move(*list);
  arrived.args.erase(arrived.args.begin());
  arrived.attachments = std::move(packet.attachments);
  if (packet.id) {
    arrived.reply_ = std::make_shared<event::reply_function>(
        [to = socket_ptr(&who), id = *packet.id, used = false](boost::json::array args,
                                                               std::vector<std::string> attachments) mutable {
          if (std::exchange(used, true) || !to->connected()) return;
          wire::socketio::packet reply{packet_type::ack, to->nsp().name(), id, std::move(args), {}};
          reply.attachments = std::move(attachments);
          to->connection()->send(net::encoded_message(detail::packet_text(reply), reply.attachments));
        });
  }
  run(who, arrived);
}

// server

UPLOADPROTO_DECL server::server(boost::asio::io_context& context, server_options options)
    : options_(std::move(options)),
      engine_(context, *this, options_.engine),
      ack_timer_(context.get_executor()) {
  of("/");
}

UPLOADPROTO_DECL server::~server() {
  *alive_ = false;
}

UPLOADPROTO_DECL name_space& server::of(std::string_view name) {
  std::string full(name);
  if (!full.starts_with('/')) full.insert(full.begin(), '/');
  auto const at = namespaces_.find(full);
  if (at != namespaces_.end()) return *at->second;
  return *namespaces_.emplace(full, std::make_unique<name_space>(*this, full)).first->second;
}

UPLOADPROTO_DECL void server::close() {
  closing_ = true;
  for (auto& [name, nsp] : namespaces_) {
    auto const leaving = nsp->sockets_;
    for (auto const& each : leaving) {
      if (!each->connected_) continue;
      auto* const connection = each->connection_;
      auto& known = client::of(*connection);
      connection->send(
          net::encoded_message(detail::packet_text({packet_type::disconnect, name, {}, nullptr, {}})));
      known.protocol.leave(name);
      known.forget(*each);
      nsp->remove(*each, "server shutting down");
    }
  }
  engine_.close();
}

UPLOADPROTO_DECL void server::opened(net::engineio_connection& connection) {
  connection.data = std::make_unique<client>(options_.session, std::chrono::steady_clock::now());
}

UPLOADPROTO_DECL void server::text(net::engineio_connection& connection, std::string_view message) {
  session::socketio_server::actions actions;
  client::of(connection).protocol.text(message, actions);
  perform(connection, actions);
}

UPLOADPROTO_DECL void server::binary(net::engineio_connection& connection, std::string_view bytes) {
  session::socketio_server::actions actions;
  client::of(connection).protocol.binary(bytes, actions);
  perform(connection, actions);
}

UPLOADPROTO_DECL void server::expired(net::engineio_connection& connection,
                                      std::chrono::steady_clock::time_point now) {
  session::socketio_server::actions actions;
  client::of(connection).protocol.expire(now, actions);
  perform(connection, actions);
}

UPLOADPROTO_DECL void server::closed(net::engineio_connection& connection,
                                     session::engineio_close_reason reason) {
  auto const leaving = std::exchange(client::of(connection).sockets, {});
  for (auto const& each : leaving) each->home_.remove(*each, session::to_string(reason));
}

UPLOADPROTO_DECL void server::perform(net::engineio_connection& connection,
                                      session::socketio_server::actions& actions) {
  using kind = session::socketio_server_action::kind;
  net::engineio_connection_ptr const held(&connection);
  for (auto& action : actions) {
    if (!connection.open()) return;
    auto& known = client::of(connection);
    switch (action.what) {
      case kind::connect:
        connect(connection, std::move(action.packet));
        break;
      case kind::event:
        if (auto const who = known.find(action.packet.nsp))
          who->home_.dispatch(*who, std::move(action.packet));
        break;
      case kind::ack:
        if (auto const who = known.find(action.packet.nsp)) who->home_.acked(std::move(action.packet), *who);
        break;
      case kind::disconnect:
        if (auto const who = known.find(action.packet.nsp)) {
          known.forget(*who);
          who->home_.remove(*who, "client namespace disconnect");
        }
        break;
      case kind::violation:
        connection.discard(session::engineio_close_reason::forced_close);
        break;
    }
  }
  connection.deadline_changed();
}

UPLOADPROTO_DECL void server::connect(net::engineio_connection& connection, wire::socketio::packet packet) {
  auto const at = namespaces_.find(packet.nsp);
  if (at == namespaces_.end()) {
    session::socketio_server::actions actions;
    client::of(connection).protocol.refuse(packet.nsp, actions);
    connection.send(
        net::encoded_message(detail::packet_text({packet_type::connect_error,
                                                  packet.nsp,
                                                  {},
                                                  boost::json::object{{"message", "Invalid namespace"}},
                                                  {}})));
    return perform(connection, actions);
  }
  socket_ptr const who(new socket(*at->second, connection));
  client::of(connection).sockets.push_back(who);
  auto auth = std::make_shared<boost::json::object>();
  if (auto* const given = packet.data.if_object()) *auth = std::move(*given);
  at->second->run_checks(who, std::move(auth), 0);
}

UPLOADPROTO_DECL void server::decided(socket& who, std::optional<connect_error> refusal) {
  if (!who.connection_ || who.connected_) return;
  net::engineio_connection_ptr const connection(who.connection_);
  if (!connection->open()) return;
  socket_ptr const self(&who);
  auto& known = client::of(*connection);
  auto& nsp = who.home_;
  session::socketio_server::actions actions;
  if (refusal) {
    known.forget(who);
    nsp.remove(who, {});
    boost::json::object said{{"message", refusal->message}};
    if (!refusal->data.is_null()) said["data"] = std::move(refusal->data);
    connection->send(net::encoded_message(
        detail::packet_text({packet_type::connect_error, nsp.name(), {}, std::move(said), {}})));
    known.protocol.refuse(nsp.name(), actions);
    return perform(*connection, actions);
  }
  nsp.add(who);
  connection->send(
      net::encoded_message(detail::packet_text({packet_type::connect,
                                                nsp.name(),
                                                {},
                                                boost::json::object{{"sid", boost::json::string(who.id())}},
                                                {}})));
  known.protocol.accept(nsp.name(), actions);
  if (nsp.connected_) nsp.connected_(who);
  perform(*connection, actions);
}

UPLOADPROTO_DECL void server::await_ack(std::chrono::steady_clock::time_point deadline, name_space& nsp,
                                        std::uint64_t id) {
  ack_deadlines_.emplace(std::pair(deadline, id), &nsp);
  if (ack_deadlines_.begin()->first.second == id) arm_ack_timer();
}

UPLOADPROTO_DECL void server::forget_ack(std::chrono::steady_clock::time_point deadline, std::uint64_t id) {
  ack_deadlines_.erase({deadline, id});
}

UPLOADPROTO_DECL void server::arm_ack_timer() {
  if (ack_deadlines_.empty()) return;
  ack_timer_.expires_at(ack_deadlines_.begin()->first.first);
  ack_timer_.async_wait([this, alive = alive_](error_code ec) {
    if (ec || !*alive) return;
    auto const now = std::chrono::steady_clock::now();
    while (!ack_deadlines_.empty() && ack_deadlines_.begin()->first.first <= now) {
      auto const [when, id] = ack_deadlines_.begin()->first;
      ack_deadlines_.begin()->second->give_up_ack(id, boost::asio::error::timed_out);
    }
    arm_ack_timer();
  });
}

}  // namespace uploadproto::socketio

#endif
