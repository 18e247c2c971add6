// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SOCKETIO_BROADCAST_HPP
#define UPLOADPROTO_SOCKETIO_BROADCAST_HPP

#include <uploadproto/config.hpp>
#include <uploadproto/socketio/adapter.hpp>
#include <uploadproto/socketio/socket.hpp>

#include <boost/asio/async_result.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uploadproto::socketio {

/** A set of sockets to emit to. Immutable: each call returns a narrower or wider copy. Must not outlive its
    namespace. Sockets of other nodes are included, unless `local` was said. */
class broadcast {
 public:
  /** Adds the members of a room; several rooms are a union without duplicates. */
  broadcast to(std::string_view room) const;
  broadcast in(std::string_view room) const { return to(room); }
  /** Takes the members of a room out. */
  broadcast except(std::string_view room) const;
  /** Keeps only the sockets of this user; of this node. */
  broadcast only_user(std::string_view user) const;
  /** Keeps only the sockets of this node. */
  broadcast local() const;
  /** Events are dropped for those who cannot be sent them at once. */
  broadcast volatile_() const;

  void emit(std::string_view name, boost::json::array const& args = {},
            std::vector<std::string> const& attachments = {}) const;
  template <contract::payload T>
  void emit(std::string_view name, T const& payload) const {
    emit_json(name, contract::to_json(payload));
  }
  /** Emits arguments that are JSON text already. With a merge key, a slow client is sent only the newest. */
  void emit_json(std::string_view name, std::string_view args_text, std::uint64_t merge_key = 0) const;

  /** Emits and collects one acknowledgement of each. Completes with `void(error_code,
      std::vector<ack_reply>)`; the answers so far come with `asio::error::timed_out` when some are missing at
      the end of the time, and with `operation_aborted` when those that are missing have left. Nobody to ask:
     an empty list at once. */
  template <class Token>
  auto async_emit(std::string_view name, boost::json::array args, std::chrono::milliseconds timeout,
                  Token&& token) const {
    return boost::asio::async_initiate<Token, void(error_code, std::vector<ack_reply>)>(
        [self = *this](auto handler, std::string event_name, boost::json::array event_args,
                       std::chrono::milliseconds limit) {
          auto shared = std::make_shared<decltype(handler)>(std::move(handler));
          self.emit_with_ack(event_name, event_args, limit,
                             [shared](error_code ec, std::vector<ack_reply> replies) {
                               std::move (*shared)(ec, std::move(replies));
                             });
        },
        token, std::string(name), std::move(args), timeout);
  }
  void emit_with_ack(std::string_view name, boost::json::array const& args, std::chrono::milliseconds timeout,
                     session::ack_table::handler handler) const;

  /** This node's sockets. */
  std::vector<socket_ptr> sockets() const;
  /** All nodes' sockets. Completes with `void(error_code, std::vector<remote_socket>)`. */
  template <class Token>
  auto async_fetch_sockets(Token&& token) const {
    return boost::asio::async_initiate<Token, void(error_code, std::vector<remote_socket>)>(
        [self = *this](auto handler) {
          auto shared = std::make_shared<decltype(handler)>(std::move(handler));
          self.fetch([shared](error_code ec, std::vector<remote_socket> found) {
            std::move (*shared)(ec, std::move(found));
          });
        },
        token);
  }
  void sockets_join(std::string_view room) const;
  void sockets_leave(std::string_view room) const;
  void disconnect_sockets(bool close = false) const;

 private:
  friend class name_space;
  friend class socket;
  explicit broadcast(name_space& nsp) : nsp_(&nsp) {}
  bool reaches_others() const;
  void emit_packet(broadcast_packet const& packet) const;
  void ask_children(std::string_view name, boost::json::array const& args, std::chrono::milliseconds timeout,
                    session::ack_table::handler handler) const;
  void fetch(std::function<void(error_code, std::vector<remote_socket>)> handler) const;

  name_space* nsp_;
  room_selection to_;
  bool local_ = false;
  bool volatile_only_ = false;
};

}  // namespace uploadproto::socketio

#endif
