// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SOCKETIO_IMPL_BROADCAST_IPP
#define UPLOADPROTO_SOCKETIO_IMPL_BROADCAST_IPP

#include <uploadproto/socketio/impl/packet_text.hpp>
#include <uploadproto/socketio/server.hpp>

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

namespace uploadproto::socketio {

UPLOADPROTO_DECL broadcast broadcast::to(std::string_view room) const {
  auto wider = *this;
  wider.to_.rooms.emplace_back(room);
  return wider;
}
UPLOADPROTO_DECL broadcast broadcast::except(std::string_view room) const {
  auto narrower = *this;
  narrower.to_.except.emplace_back(room);
  return narrower;
}
UPLOADPROTO_DECL broadcast broadcast::only_user(std::string_view user) const {
  auto narrower = *this;
  narrower.to_.user = user;
  return narrower;
}
UPLOADPROTO_DECL broadcast broadcast::local() const {
  auto narrower = *this;
  narrower.local_ = true;
  return narrower;
}
UPLOADPROTO_DECL broadcast broadcast::volatile_() const {
  auto other = *this;
  other.volatile_only_ = true;
  return other;
}

UPLOADPROTO_DECL bool broadcast::reaches_others() const {
  return !local_ && to_.user.empty() && !nsp_->adapter_->alone();
}

UPLOADPROTO_DECL void broadcast::emit(std::string_view name, boost::json::array const& args,
                                      std::vector<std::string> const& attachments) const {
  if (wire::socketio::is_reserved_event(name)) return;
  emit_packet({std::string(name), args, attachments, volatile_only_});
}

UPLOADPROTO_DECL void broadcast::emit_packet(broadcast_packet const& packet) const {
  for (auto* const child : nsp_->children_) {
    auto there = *this;
    there.nsp_ = child;
    there.emit_packet(packet);
  }
  nsp_->deliver(to_, packet);
  if (reaches_others()) nsp_->adapter_->broadcast(to_, packet);
}

UPLOADPROTO_DECL void broadcast::emit_json(std::string_view name, std::string_view args_text,
                                           std::uint64_t merge_key) const {
  if (wire::socketio::is_reserved_event(name)) return;
  // Whoever needs the values is given them; else the text goes out as it is.
  if (volatile_only_ || !nsp_->children_.empty() || reaches_others() ||
      nsp_->set_.handlers.hears_outgoing()) {
    auto args = wire::parse_json('[' + std::string(args_text) + ']');
    if (args) emit_packet({std::string(name), std::move(args->as_array()), {}, volatile_only_, merge_key});
    return;
  }
  nsp_->send(to_, nsp_->encode(to_, name, args_text, {}, nsp_->recovery_ != nullptr), merge_key);
}

UPLOADPROTO_DECL void broadcast::emit_with_ack(std::string_view name, boost::json::array const& args,
                                               std::chrono::milliseconds timeout,
                                               session::ack_table::handler handler) const {
  if (!nsp_->children_.empty()) return ask_children(name, args, timeout, std::move(handler));
  std::vector<socket*> whom;
  if (!wire::socketio::is_reserved_event(name))
    nsp_->select(to_, [&](socket& each) { whom.push_back(&each); });
  broadcast_packet const packet{std::string(name), args, {}, volatile_only_};
  bool const others = reaches_others();
  auto const id = nsp_->ask(whom, packet, timeout, std::move(handler), others);
  if (!others) return;
  nsp_->adapter_->broadcast_with_ack(
      to_, packet, timeout,
      [nsp = nsp_, alive = nsp_->alive_, id](std::size_t count) {
        if (*alive) nsp->acks_.expect(id, count);
      },
      [nsp = nsp_, alive = nsp_->alive_, id](ack_reply reply) {
        if (*alive) nsp->acks_.answer_elsewhere(id, std::move(reply));
      });
}

// The parent of a dynamic namespace has no sockets of its own.
UPLOADPROTO_DECL void broadcast::ask_children(std::string_view name, boost::json::array const& args,
                                              std::chrono::milliseconds timeout,
                                              session::ack_table::handler handler) const {
  struct gathered {
    std::size_t missing;
    session::ack_table::handler handler;
    error_code error;
    std::vector<ack_reply> replies;
  };
  auto const children = nsp_->children_;
  auto const all = std::make_shared<gathered>(gathered{children.size(), std::move(handler), {}, {}});
  for (auto* const child : children) {
    auto there = *this;
    there.nsp_ = child;
    there.emit_with_ack(name, args, timeout, [all](error_code ec, std::vector<ack_reply> replies) {
      if (ec) all->error = ec;
      std::move(replies.begin(), replies.end(), std::back_inserter(all->replies));
      if (--all->missing == 0) all->handler(all->error, std::move(all->replies));
    });
  }
}

UPLOADPROTO_DECL std::vector<socket_ptr> broadcast::sockets() const {
  std::vector<socket_ptr> found;
  nsp_->select(to_, [&](socket& each) { found.emplace_back(&each); });
  return found;
}

UPLOADPROTO_DECL void broadcast::fetch(
    std::function<void(error_code, std::vector<remote_socket>)> handler) const {
  auto mine = nsp_->describe(to_);
  if (!reaches_others()) return handler({}, std::move(mine));
  nsp_->adapter_->fetch_sockets(to_, [mine = std::move(mine), handler = std::move(handler)](
                                         error_code ec, std::vector<remote_socket> theirs) mutable {
    for (auto& each : theirs) mine.push_back(std::move(each));
    handler(ec, std::move(mine));
  });
}

UPLOADPROTO_DECL void broadcast::sockets_join(std::string_view room) const {
  nsp_->join(to_, {std::string(room)});
  if (reaches_others()) nsp_->adapter_->join(to_, {std::string(room)});
}
UPLOADPROTO_DECL void broadcast::sockets_leave(std::string_view room) const {
  nsp_->leave(to_, {std::string(room)});
  if (reaches_others()) nsp_->adapter_->leave(to_, {std::string(room)});
}
UPLOADPROTO_DECL void broadcast::disconnect_sockets(bool close) const {
  nsp_->disconnect(to_, close);
  if (reaches_others()) nsp_->adapter_->disconnect(to_, close);
}

}  // namespace uploadproto::socketio

#endif
