// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SOCKETIO_IMPL_SERVER_IPP
#define UPLOADPROTO_SOCKETIO_IMPL_SERVER_IPP

#include <uploadproto/socketio/impl/client.hpp>
#include <uploadproto/socketio/impl/packet_text.hpp>
#include <uploadproto/socketio/server.hpp>

#include <utility>

namespace uploadproto::socketio {

UPLOADPROTO_DECL server::server(boost::asio::io_context& context, server_options options)
    : options_(std::move(options)), engine_(context, *this, options_.engine) {
  of("/");
}

UPLOADPROTO_DECL server::~server() {
  *alive_ = false;
  for (auto const& [name, nsp] : namespaces_) nsp->let_go();
}

UPLOADPROTO_DECL name_space& server::of(std::string_view name) {
  std::string full(name);
  if (!full.starts_with('/')) full.insert(full.begin(), '/');
  auto const at = namespaces_.find(full);
  if (at != namespaces_.end()) return *at->second;
  return *namespaces_.emplace(full, new name_space(*this, full)).first->second;
}

UPLOADPROTO_DECL name_space& server::of(match takes) {
  dynamic_.push_back({std::move(takes), new name_space(*this, "")});
  return *dynamic_.back().model;
}

UPLOADPROTO_DECL name_space& server::of(std::function<bool(std::string_view name)> takes) {
  return of(
      match([takes = std::move(takes)](std::string_view name, boost::json::object const&,
                                       std::function<void(bool)> const& decide) { decide(takes(name)); }));
}

UPLOADPROTO_DECL name_space& server::make_child(name_space& model, std::string const& name) {
  // Two connections may have asked for the name while it was being decided.
  if (auto const at = namespaces_.find(name); at != namespaces_.end()) return *at->second;
  auto& child = of(name);
  child.set_ = model.set_;
  child.parent_ = &model;
  model.children_.push_back(&child);
  if (new_namespace_) new_namespace_(child);
  return child;
}

UPLOADPROTO_DECL void server::forget_child(name_space& child) {
  if (!options_.cleanup_empty_child_namespaces) return;
  std::erase(child.parent_->children_, &child);
  child.parent_ = nullptr;
  namespaces_.erase(child.name());
}

UPLOADPROTO_DECL void server::leave_all() {
  for (auto const& [name, nsp] : std::map(namespaces_)) {
    auto const leaving = nsp->sockets_;
    for (auto const& each : leaving) {
      if (!each->connected_) continue;
      auto& known = client::of(*each->connection_);
      known.protocol.leave(name);
      known.forget(*each);
      nsp->remove(*each, "server shutting down");
    }
  }
}

UPLOADPROTO_DECL void server::close() {
  leave_all();
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
  for (auto const& each : leaving) {
    // A client that was cut off while its return was being judged may try once more.
    if (auto back = std::move(each->coming_back_))
      each->home_->recovery_->keep(std::string(each->secret_->data(), each->secret_->size()),
                                   std::move(back->who), back->left);
    each->home_->remove(*each, session::to_string(reason));
  }
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
          who->home_->dispatch(*who, std::move(action.packet));
        break;
      case kind::ack:
        if (auto const who = known.find(action.packet.nsp)) who->home_->acked(std::move(action.packet), *who);
        break;
      case kind::disconnect:
        if (auto const who = known.find(action.packet.nsp)) {
          known.forget(*who);
          who->home_->remove(*who, "client namespace disconnect");
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
  boost::json::object auth;
  if (auto* const given = packet.data.if_object()) auth = std::move(*given);
  auto const at = namespaces_.find(packet.nsp);
  if (at != namespaces_.end()) return enter(connection, *at->second, std::move(auth));
  auto const shared = std::make_shared<boost::json::object>(std::move(auth));
  find_dynamic(
      packet.nsp, shared, 0,
      [this, name = packet.nsp, shared, held = net::engineio_connection_ptr(&connection)](name_space* found) {
        if (!held->open()) return;
        if (found) return enter(*held, *found, std::move(*shared));
        refuse(*held, name, {"Invalid namespace", nullptr});
      });
}

UPLOADPROTO_DECL void server::find_dynamic(std::string name, std::shared_ptr<boost::json::object> auth,
                                           std::size_t from, found_namespace then) {
  if (from >= dynamic_.size()) return then(nullptr);
  auto const& candidate = dynamic_[from];
  auto const once = std::make_shared<bool>(false);
  auto const takes = candidate.takes;
  takes(name, *auth,
        [this, alive = alive_, name, auth, from, once, then, model = candidate.model](bool taken) {
          if (!*alive || std::exchange(*once, true)) return;
          if (taken) return then(&make_child(*model, name));
          find_dynamic(name, auth, from + 1, then);
        });
}

UPLOADPROTO_DECL void server::refuse(net::engineio_connection& connection, std::string const& nsp,
                                     connect_error why) {
  session::socketio_server::actions actions;
  boost::json::object said{{"message", why.message}};
  if (!why.data.is_null()) said["data"] = std::move(why.data);
  connection.send(net::encoded_message(
      detail::packet_text({wire::socketio::packet_type::connect_error, nsp, {}, std::move(said), {}})));
  client::of(connection).protocol.refuse(nsp, actions);
  perform(connection, actions);
}

UPLOADPROTO_DECL void server::enter(net::engineio_connection& connection, name_space& nsp,
                                    boost::json::object auth) {
  socket_ptr const who(new socket(nsp, connection));
  ++nsp.attached_;
  client::of(connection).sockets.push_back(who);
  bool checked = true;
  if (nsp.recovery_) {
    who->secret_ = std::make_unique<net::random_id>(net::make_random_id());
    auto const* const pid = auth.if_contains("pid");
    auto const* const offset = auth.if_contains("offset");
    std::optional<session::recovery_store::restored> back;
    if (pid && offset && pid->is_string() && offset->is_string() &&
        pid->get_string().size() == who->secret_->size())
      back = nsp.recovery_->restore({pid->get_string().data(), pid->get_string().size()},
                                    {offset->get_string().data(), offset->get_string().size()},
                                    std::chrono::steady_clock::now());
    if (back) {
      std::copy_n(pid->get_string().data(), who->secret_->size(), who->secret_->begin());
      std::copy_n(back->who.sid.data(), who->id_.size(), who->id_.begin());
      who->data = back->who.data;
      who->user = back->who.user;
      who->recovered_ = true;
      checked = !options_.recovery->skip_checks;
      who->coming_back_ = std::make_unique<session::recovery_store::restored>(std::move(*back));
    }
  }
  if (!auth.empty()) who->auth_ = std::make_unique<boost::json::object>(std::move(auth));
  if (!checked) return decided(*who, std::nullopt);
  nsp.run_checks(who, 0);
}

UPLOADPROTO_DECL void server::decided(socket& who, std::optional<connect_error> refusal) {
  if (!who.connection_ || who.connected_) return;
  net::engineio_connection_ptr const connection(who.connection_);
  if (!connection->open()) return;
  socket_ptr const self(&who);
  if (!refusal) return admit(who);
  // Refused for now, with a token that has expired, say: the state stays for the next attempt.
  if (auto back = std::move(who.coming_back_))
    who.home_->recovery_->keep(std::string(who.secret_->data(), who.secret_->size()), std::move(back->who),
                               back->left);
  auto const name = who.home_->name();
  client::of(*connection).forget(who);
  who.home_->remove(who, {});
  refuse(*connection, name, std::move(*refusal));
}

UPLOADPROTO_DECL void server::admit(socket& who) {
  net::engineio_connection_ptr const connection(who.connection_);
  auto& nsp = *who.home_;
  nsp.add(who);
  if (auto const back = std::move(who.coming_back_)) {
    for (auto const& room : back->who.rooms) who.join(room);
    for (auto const& missed : back->missed)
      connection->send(net::encoded_message(missed.text, missed.attachments));
  }
  boost::json::object said{{"sid", boost::json::string(who.id())}};
  if (who.secret_) said["pid"] = boost::json::string(who.secret_->data(), who.secret_->size());
  connection->send(net::encoded_message(
      detail::packet_text({wire::socketio::packet_type::connect, nsp.name(), {}, std::move(said), {}})));
  session::socketio_server::actions actions;
  client::of(*connection).protocol.accept(nsp.name(), actions);
  if (nsp.set_.connected) nsp.set_.connected(who);
  perform(*connection, actions);
}

}  // namespace uploadproto::socketio

#endif
