// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SOCKETIO_SERVER_HPP
#define UPLOADPROTO_SOCKETIO_SERVER_HPP

#include <uploadproto/config.hpp>
#include <uploadproto/net/engineio_server.hpp>
#include <uploadproto/session/recovery_store.hpp>
#include <uploadproto/session/socketio_server.hpp>
#include <uploadproto/socketio/adapter.hpp>
#include <uploadproto/socketio/broadcast.hpp>
#include <uploadproto/socketio/event.hpp>
#include <uploadproto/socketio/name_space.hpp>
#include <uploadproto/socketio/socket.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uploadproto::socketio {

struct server_options {
  net::engineio_server_settings engine{};
  session::socketio_server_options session{};
  /** Brings clients that were cut off back to where they were. Off by default. */
  std::optional<session::recovery_options> recovery{};
  /** Whether a child of a dynamic namespace ends with its last socket. */
  bool cleanup_empty_child_namespaces = false;
  /** Connects each namespace with other nodes. Empty: there are none. */
  adapter_factory adapter{};
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
  /** Whether a dynamic namespace takes a name; called back once, at once or later, from the loop. */
  using match = std::function<void(std::string_view name, boost::json::object const& auth,
                                   std::function<void(bool)> decide)>;

  /** @throws std::invalid_argument for a cookie option that could not stand in a header */
  explicit server(boost::asio::io_context& context, server_options options = {});
  server(server const&) = delete;
  server& operator=(server const&) = delete;
  ~server();

  /** The namespace of that name, made when there is none. A missing first slash is added. */
  name_space& of(std::string_view name);

  /** A dynamic namespace: each name that no namespace has and `takes` accepts becomes a child of its own,
     with a copy of all that was set by then. What is emitted to the parent reaches all children. */
  name_space& of(match takes);
  name_space& of(std::function<bool(std::string_view name)> takes);
  /** Called when a child of a dynamic namespace was made. */
  void on_new_namespace(std::function<void(name_space&)> handler) { new_namespace_ = std::move(handler); }

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

  /** Accepts no more, and ends all connections once they have been sent what waits. Clients hear that the
      connection ended, not that they were put out, so they come back when a server is there again. */
  void close();
  /** As `close`; completes with `void()` when the last connection has ended. */
  template <class Token>
  auto async_close(Token&& token) {
    leave_all();
    return engine_.async_close(std::forward<Token>(token));
  }

  net::engineio_server& engine() noexcept { return engine_; }
  boost::asio::io_context& context() const noexcept { return engine_.context(); }
  server_options const& options() const noexcept { return options_; }

 private:
  friend class name_space;
  friend class socket;
  friend class broadcast;
  struct client;
  struct dynamic {
    match takes;
    boost::intrusive_ptr<name_space> model;
  };
  using found_namespace = std::function<void(name_space*)>;

  void opened(net::engineio_connection& connection) override;
  void text(net::engineio_connection& connection, std::string_view message) override;
  void binary(net::engineio_connection& connection, std::string_view bytes) override;
  void expired(net::engineio_connection& connection, std::chrono::steady_clock::time_point now) override;
  void closed(net::engineio_connection& connection, session::engineio_close_reason reason) override;

  void perform(net::engineio_connection& connection, session::socketio_server::actions& actions);
  void connect(net::engineio_connection& connection, wire::socketio::packet packet);
  void enter(net::engineio_connection& connection, name_space& nsp, boost::json::object auth);
  void refuse(net::engineio_connection& connection, std::string const& nsp, connect_error why);
  void decided(socket& who, std::optional<connect_error> refusal);
  void admit(socket& who);
  void find_dynamic(std::string name, std::shared_ptr<boost::json::object> auth, std::size_t from,
                    found_namespace then);
  name_space& make_child(name_space& model, std::string const& name);
  void forget_child(name_space& child);
  void leave_all();

  server_options options_;
  net::engineio_server engine_;
  std::map<std::string, boost::intrusive_ptr<name_space>, std::less<>> namespaces_;
  std::vector<dynamic> dynamic_;
  std::function<void(name_space&)> new_namespace_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace uploadproto::socketio

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/socketio/impl/broadcast.ipp>
#include <uploadproto/socketio/impl/emit.ipp>
#include <uploadproto/socketio/impl/name_space.ipp>
#include <uploadproto/socketio/impl/server.ipp>
#include <uploadproto/socketio/impl/socket.ipp>
#endif

#endif
