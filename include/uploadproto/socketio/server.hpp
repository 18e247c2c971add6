// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SOCKETIO_SERVER_HPP
#define UPLOADPROTO_SOCKETIO_SERVER_HPP

#include <uploadproto/config.hpp>
#include <uploadproto/net/engineio_server.hpp>
#include <uploadproto/net/random_id.hpp>
#include <uploadproto/session/rooms.hpp>
#include <uploadproto/session/socketio_server.hpp>

#include <boost/asio/async_result.hpp>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uploadproto::socketio {

class server;
class name_space;
class socket;
using socket_ptr = boost::intrusive_ptr<socket>;

/** Why a socket left its namespace, in the reference's words: "transport close", "ping timeout",
    "client namespace disconnect", "server namespace disconnect", "server shutting down", … */
using disconnect_reason = std::string_view;

/** What an event carries. Bytes stand in `args` as `{"_placeholder":true,"num":i}` and in `attachments[i]`.
 */
struct event {
  std::string name;         ///< a numeric name as its decimal text
  boost::json::array args;  ///< without the name
  std::vector<std::string> attachments;

  /** Whether the sender asked for an acknowledgement. */
  bool wants_ack() const noexcept { return static_cast<bool>(reply_); }
  /** Acknowledges; the second call, and one after the socket is gone, has no effect. May be kept and called
      later, from the loop. */
  void ack(boost::json::array reply_args = {}, std::vector<std::string> reply_attachments = {}) const {
    if (reply_) (*reply_)(std::move(reply_args), std::move(reply_attachments));
  }

  using reply_function = std::function<void(boost::json::array, std::vector<std::string>)>;
  std::shared_ptr<reply_function> reply_;
};

/** A refusal of a connection: CONNECT_ERROR with `message`, and `data` if it is not null. */
struct connect_error {
  std::string message;
  boost::json::value data;
};

/** Ends a connection check: nothing lets the socket in. May be called later, once, from the loop. */
using connect_decision = std::function<void(std::optional<connect_error>)>;

/** The answer to an event that asked for one. */
struct ack_reply {
  boost::json::array args;
  std::vector<std::string> attachments;
};

/** One client in one namespace. Belongs to the loop of its server; valid while a `socket_ptr` holds it. */
class socket final : public boost::intrusive_ref_counter<socket, boost::thread_unsafe_counter>,
                     public session::room_member<socket> {
 public:
  socket(name_space& home, net::engineio_connection& connection);

  /** The public id; also the name of a room that holds this socket alone. */
  std::string_view id() const noexcept { return {id_.data(), id_.size()}; }
  name_space& nsp() const noexcept { return home_; }
  /** Whether CONNECT was accepted and nothing has ended it. */
  bool connected() const noexcept { return connected_; }

  void emit(std::string_view name, boost::json::array const& args = {},
            std::vector<std::string> const& attachments = {});
  /** Emits with arguments that are JSON text already, e.g. `{"a":1}` or `1,2`. */
  void emit_json(std::string_view name, std::string_view args_text, std::uint64_t merge_key = 0);

  /** Emits and waits for the client's acknowledgement. Completes with `void(error_code, ack_reply)`:
      `asio::error::timed_out` when none comes in time, `operation_aborted` when the socket goes. */
  template <class Token>
  auto async_emit(std::string_view name, boost::json::array args, std::chrono::milliseconds timeout,
                  Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code, ack_reply)>(
        [this](auto handler, std::string event_name, boost::json::array event_args,
               std::chrono::milliseconds limit) {
          auto shared = std::make_shared<decltype(handler)>(std::move(handler));
          emit_with_ack(event_name, event_args, limit, [shared](error_code ec, ack_reply reply) {
            std::move (*shared)(ec, std::move(reply));
          });
        },
        token, std::string(name), std::move(args), timeout);
  }
  using ack_handler = std::function<void(error_code, ack_reply)>;
  void emit_with_ack(std::string_view name, boost::json::array const& args, std::chrono::milliseconds timeout,
                     ack_handler handler);

  void join(std::string_view room);
  void leave(std::string_view room);
  std::vector<std::string> rooms() const;

  /** Takes the client out of this namespace; `close` ends the whole connection. */
  void disconnect(bool close = false);

  /** What the opening request said; null once it was forgotten. */
  net::handshake const* handshake() const noexcept;
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

  name_space& home_;
  net::engineio_connection* connection_;
  net::random_id id_;
  std::size_t index_ = 0;  // in the namespace's list
  std::uint32_t acks_pending_ = 0;
  bool connected_ = false;
};

/** A set of sockets to emit to. Immutable: each call returns a narrower or wider copy. */
class broadcast {
 public:
  /** Adds the members of a room; several rooms are a union without duplicates. */
  broadcast to(std::string_view room) const;
  broadcast in(std::string_view room) const { return to(room); }
  /** Takes the members of a room out. */
  broadcast except(std::string_view room) const;
  /** Keeps only the sockets of this user. */
  broadcast only_user(std::string_view user) const;

  void emit(std::string_view name, boost::json::array const& args = {},
            std::vector<std::string> const& attachments = {}) const;
  /** Emits arguments that are JSON text already. With a merge key, a slow client is sent only the newest. */
  void emit_json(std::string_view name, std::string_view args_text, std::uint64_t merge_key = 0) const;

  std::vector<socket_ptr> fetch_sockets() const;
  void sockets_join(std::string_view room) const;
  void sockets_leave(std::string_view room) const;
  void disconnect_sockets(bool close = false) const;

 private:
  friend class name_space;
  explicit broadcast(name_space& nsp) : nsp_(&nsp) {}
  void send(net::encoded_message const& message, std::uint64_t merge_key) const;
  template <class Take>
  void select(Take&& take) const;

  name_space* nsp_;
  std::vector<std::string> rooms_;
  std::vector<std::string> except_;
  std::string user_;
};

/** A namespace: its connection check, its handlers, its sockets and rooms. */
class name_space {
 public:
  using check = std::function<void(socket&, boost::json::object const& auth, connect_decision)>;
  using socket_handler = std::function<void(socket&)>;
  using event_handler = std::function<void(socket&, event const&)>;
  using disconnect_handler = std::function<void(socket&, disconnect_reason)>;

  name_space(server& owner, std::string name);
  name_space(name_space const&) = delete;
  name_space& operator=(name_space const&) = delete;

  std::string const& name() const noexcept { return name_; }
  server& owner() const noexcept { return owner_; }

  /** Adds a connection check. Checks run in the order they were added, until one refuses. */
  name_space& use(check run);
  /** Called when a socket has joined the namespace. */
  name_space& on_connect(socket_handler handler);
  /** Called for each event of that name. */
  name_space& on(std::string name, event_handler handler);
  /** Called for each event that has no handler of its own. */
  name_space& on_other(event_handler handler);
  /** Called before the rooms of a leaving socket are forgotten. */
  name_space& on_disconnecting(disconnect_handler handler);
  name_space& on_disconnect(disconnect_handler handler);

  broadcast to(std::string_view room) { return broadcast(*this).to(room); }
  broadcast in(std::string_view room) { return to(room); }
  broadcast except(std::string_view room) { return broadcast(*this).except(room); }
  /** Every socket of the namespace. */
  broadcast all() { return broadcast(*this); }
  void emit(std::string_view name, boost::json::array const& args = {}) { all().emit(name, args); }

  /** The socket of that id, or null. */
  socket_ptr find(std::string_view id) const;
  std::vector<socket_ptr> const& sockets() const noexcept { return sockets_; }
  /** Rooms of the namespace, the one-socket rooms of ids included. */
  session::room_table<socket> const& rooms() const noexcept { return rooms_; }

 private:
  friend class socket;
  friend class server;
  friend class broadcast;

  struct pending_ack {
    socket* owner;
    socket::ack_handler handler;
    std::chrono::steady_clock::time_point deadline;
  };

  void run_checks(socket_ptr who, std::shared_ptr<boost::json::object> auth, std::size_t from);
  void add(socket& who);
  void remove(socket& who, disconnect_reason reason);
  void dispatch(socket& who, wire::socketio::packet packet);
  void acked(wire::socketio::packet packet, socket& who);
  void give_up_ack(std::uint64_t id, error_code why);
  void members_changed() noexcept { ++version_; }

  server& owner_;
  std::string name_;
  std::vector<check> checks_;
  socket_handler connected_;
  std::map<std::string, event_handler, std::less<>> handlers_;
  event_handler other_;
  disconnect_handler disconnecting_;
  disconnect_handler disconnected_;
  std::vector<socket_ptr> sockets_;
  session::room_table<socket> rooms_;
  std::map<std::uint64_t, pending_ack> acks_;
  // The audience of the last broadcast: as long as it stays the same, broadcasts of a turn leave together.
  std::uint64_t version_ = 0;
  std::uint64_t audience_ = 0;
  std::uint64_t audience_version_ = 0;
  std::vector<std::string> audience_rooms_, audience_except_;
  std::string audience_user_;
  std::vector<socket*> selection_;
};

struct server_options {
  net::engineio_server_settings engine;
  session::socketio_server_options session;
};

/** A Socket.IO 5 server on one event loop.

    Everything runs on the loop of the `io_context`, handlers included; only that thread may call. Handlers
    must not throw. It must outlive the loop's handlers.

    @code
    uploadproto::socketio::server io(context);
    io.of("/").on("hello", [](socketio::socket& client, socketio::event const& e) {
      client.emit("hello-back", e.args);
    });
    io.listen({boost::asio::ip::make_address("127.0.0.1"), 3000});
    context.run();
    @endcode
*/
class server final : private net::engineio_handler {
 public:
  explicit server(boost::asio::io_context& context, server_options options = {});
  server(server const&) = delete;
  server& operator=(server const&) = delete;
  ~server();

  /** The namespace of that name, made when there is none. */
  name_space& of(std::string_view name);

  /** @copydoc net::engineio_server::listen */
  result<boost::asio::ip::tcp::endpoint> listen(boost::asio::ip::tcp::endpoint endpoint,
                                                boost::asio::ssl::context* tls = nullptr,
                                                bool reuse_port = false) {
    return engine_.listen(endpoint, tls, reuse_port);
  }
  /** @copydoc net::engineio_server::handles */
  bool handles(std::string_view target) const noexcept { return engine_.handles(target); }
  /** @copydoc net::engineio_server::async_serve */
  template <class Stream>
  boost::asio::awaitable<net::served> async_serve(
      Stream& stream, boost::beast::flat_buffer& buffer,
      boost::beast::http::request_parser<boost::beast::http::empty_body>& head) {
    return engine_.async_serve(stream, buffer, head);
  }

  /** Tells every client (`1`), accepts no more, and ends all connections once they have been sent what waits.
   */
  void close();

  net::engineio_server& engine() noexcept { return engine_; }
  boost::asio::io_context& context() const noexcept { return engine_.context(); }

 private:
  friend class name_space;
  friend class socket;
  friend class broadcast;
  struct client;

  void opened(net::engineio_connection& connection) override;
  void text(net::engineio_connection& connection, std::string_view message) override;
  void binary(net::engineio_connection& connection, std::string_view bytes) override;
  void expired(net::engineio_connection& connection, std::chrono::steady_clock::time_point now) override;
  void closed(net::engineio_connection& connection, session::engineio_close_reason reason) override;

  void perform(net::engineio_connection& connection, session::socketio_server::actions& actions);
  void connect(net::engineio_connection& connection, wire::socketio::packet packet);
  void decided(socket& who, std::optional<connect_error> refusal);
  void await_ack(std::chrono::steady_clock::time_point deadline, name_space& nsp, std::uint64_t id);
  void forget_ack(std::chrono::steady_clock::time_point deadline, std::uint64_t id);
  void arm_ack_timer();

  server_options options_;
  net::engineio_server engine_;
  std::map<std::string, std::unique_ptr<name_space>, std::less<>> namespaces_;
  net::loop_timer ack_timer_;
  std::map<std::pair<std::chrono::steady_clock::time_point, std::uint64_t>, name_space*> ack_deadlines_;
  std::uint64_t next_ack_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  bool closing_ = false;
};

}  // namespace uploadproto::socketio

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/socketio/impl/server.ipp>
#endif

#endif
