// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SOCKETIO_SOCKET_HPP
#define UPLOADPROTO_SOCKETIO_SOCKET_HPP

#include <uploadproto/config.hpp>
#include <uploadproto/contract/writer.hpp>
#include <uploadproto/net/engineio_server.hpp>
#include <uploadproto/net/random_id.hpp>
#include <uploadproto/session/recovery_store.hpp>
#include <uploadproto/session/rooms.hpp>
#include <uploadproto/socketio/event.hpp>
#include <uploadproto/socketio/listeners.hpp>

#include <boost/asio/async_result.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uploadproto::socketio {

class broadcast;
class name_space;
class server;
class socket;
using socket_ptr = boost::intrusive_ptr<socket>;

/** One client in one namespace. Belongs to the loop of its server; valid while a `socket_ptr` holds it. */
class socket final : public boost::intrusive_ref_counter<socket, boost::thread_unsafe_counter>,
                     public session::room_member<socket> {
 public:
  socket(name_space& home, net::engineio_connection& connection);
  ~socket();

  /** The public id; also the name of a room that holds this socket alone. */
  std::string_view id() const noexcept { return {id_.data(), id_.size()}; }
  name_space& nsp() const noexcept { return *home_; }
  /** Whether CONNECT was accepted and nothing has ended it. */
  bool connected() const noexcept { return connected_; }
  /** Whether this is a client that was cut off and has come back with its rooms, data and missed events. */
  bool recovered() const noexcept { return recovered_; }

  /** Sends an event. Bytes: see `event`. Nothing happens on a socket that is not connected, nor for a name
      that the protocol keeps for itself (`connect`, `disconnect`, …). */
  void emit(std::string_view name, boost::json::array const& args = {},
            std::vector<std::string> const& attachments = {});
  /** Sends a payload of a contract as the only argument. */
  template <contract::payload T>
  void emit(std::string_view name, T const& payload) {
    emit_json(name, contract::to_json(payload));
  }
  /** An event named `message`. */
  void send(boost::json::array const& args = {}) { emit("message", args); }
  /** Emits with arguments that are JSON text already, e.g. `{"a":1}` or `1,2`. With a merge key, a slow
     client is sent only the newest. */
  void emit_json(std::string_view name, std::string_view args_text, std::uint64_t merge_key = 0);
  /** Sends only if it can leave at once: never queued, never recovered. @return whether it was sent */
  bool emit_volatile(std::string_view name, boost::json::array const& args = {},
                     std::vector<std::string> const& attachments = {});

  /** Emits and waits for the client's acknowledgement. Completes with `void(error_code, ack_reply)`:
      `asio::error::timed_out` when none comes in time, `operation_aborted` when the socket goes. */
  template <class Token>
  auto async_emit(std::string_view name, boost::json::array args, std::chrono::milliseconds timeout,
                  Token&& token) {
    return async_emit(name, std::move(args), {}, timeout, std::forward<Token>(token));
  }
  template <class Token>
  auto async_emit(std::string_view name, boost::json::array args, std::vector<std::string> attachments,
                  std::chrono::milliseconds timeout, Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code, ack_reply)>(
        [self = socket_ptr(this)](auto handler, std::string event_name, boost::json::array event_args,
                                  std::vector<std::string> files, std::chrono::milliseconds limit) {
          auto shared = std::make_shared<decltype(handler)>(std::move(handler));
          self->emit_with_ack(event_name, event_args, files, limit, [shared](error_code ec, ack_reply reply) {
            std::move (*shared)(ec, std::move(reply));
          });
        },
        token, std::string(name), std::move(args), std::move(attachments), timeout);
  }
  using ack_handler = std::function<void(error_code, ack_reply)>;
  void emit_with_ack(std::string_view name, boost::json::array const& args,
                     std::vector<std::string> const& attachments, std::chrono::milliseconds timeout,
                     ack_handler handler);

  void join(std::string_view room);
  void leave(std::string_view room);
  std::vector<std::string> rooms() const;
  /** The members of a room, or the whole namespace, without this socket. */
  broadcast to(std::string_view room) const;
  broadcast except(std::string_view room) const;
  broadcast others() const;

  /** Handlers of this socket alone, beside the namespace's. They go with the socket. */
  listeners& own_listeners();

  /** Takes the client out of this namespace; `close` ends the whole connection. */
  void disconnect(bool close = false);

  /** What the opening request said; null once it was forgotten. */
  net::handshake const* handshake() const noexcept;
  /** What the client sent with CONNECT; empty once it was forgotten. */
  boost::json::object const& auth() const noexcept;
  /** Frees some hundred bytes a connection where nobody asks for the two above any more. */
  void forget_handshake() noexcept;
  /** The connection beneath; null after the end. */
  net::engineio_connection* connection() const noexcept { return connection_; }

  /** The application's own data of this socket. */
  std::shared_ptr<void> data;
  /** The user that the connection check found, if it set one; used to keep users apart. */
  std::string user;

 private:
  friend class name_space;
  friend class server;
  friend class broadcast;

  bool may_emit(std::string_view name) const noexcept;
  void tell_outgoing(std::string_view name, boost::json::array const& args,
                     std::vector<std::string> const& attachments);

  boost::intrusive_ptr<name_space> home_;
  net::engineio_connection* connection_;
  std::unique_ptr<boost::json::object> auth_;
  std::unique_ptr<listeners> own_;
  std::unique_ptr<net::random_id> secret_;                          // of recovery
  std::unique_ptr<session::recovery_store::restored> coming_back_;  // until it is let in
  net::random_id id_;
  std::size_t index_ = 0;  // in the namespace's list
  bool connected_ : 1 = false;
  bool recovered_ : 1 = false;
  bool was_asked_ : 1 = false;  // for an acknowledgement, ever
};

}  // namespace uploadproto::socketio

#endif
