// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_ENGINEIO_SERVER_HPP
#define UPLOADPROTO_ENGINEIO_SERVER_HPP

#include <uploadproto/config.hpp>
#include <uploadproto/net/engineio_server.hpp>

#include <functional>
#include <string_view>
#include <utility>

namespace uploadproto::engineio {

using connection = net::engineio_connection;
using connection_ptr = net::engineio_connection_ptr;
using options = net::engineio_server_settings;
using close_reason = session::engineio_close_reason;
using session::to_string;

/** A server of Engine.IO 4 alone: text and binary messages over WebSocket or HTTP polling. For protocols of
    your own; Socket.IO stands on the same code.

    One event loop; only its thread may call, and calls the handlers, which must not throw. A message's bytes
    are valid until its handler returns. A `connection` is valid until its `on_close`, or while a
    `connection_ptr` holds it. The server must outlive the loop's handlers.

    @code
    uploadproto::engineio::server echo(context);
    echo.on_text([](engineio::connection& c, std::string_view text) { c.send_text(text); });
    echo.listen({boost::asio::ip::make_address("127.0.0.1"), 3000});
    @endcode
*/
class server final : private net::engineio_handler {
 public:
  using message_handler = std::function<void(connection&, std::string_view)>;

  /** The path is `/engine.io` unless the options name another.
      @throws std::invalid_argument for a cookie option that could not stand in a header */
  explicit server(boost::asio::io_context& context, options settings = default_options())
      : engine_(context, *this, std::move(settings)) {}

  static options default_options() {
    options settings;
    settings.path = "/engine.io";
    return settings;
  }

  /** A session was opened; what is sent now follows the handshake. */
  void on_open(std::function<void(connection&)> handler) { open_ = std::move(handler); }
  void on_text(message_handler handler) { text_ = std::move(handler); }
  void on_binary(message_handler handler) { binary_ = std::move(handler); }
  void on_close(std::function<void(connection&, close_reason)> handler) { close_ = std::move(handler); }

  /** @copydoc net::engineio_server::listen */
  result<boost::asio::ip::tcp::endpoint> listen(boost::asio::ip::tcp::endpoint endpoint,
                                                boost::asio::ssl::context* tls = nullptr,
                                                bool reuse_port = false) {
    return engine_.listen(endpoint, tls, reuse_port);
  }
  /** Accepts no more, and ends every session in order. */
  void close() { engine_.close(); }
  /** Attaching, counting, closing with a completion token: see there. */
  net::engineio_server& engine() noexcept { return engine_; }

 private:
  void opened(connection& who) override {
    if (open_) open_(who);
  }
  void text(connection& who, std::string_view message) override {
    if (text_) text_(who, message);
  }
  void binary(connection& who, std::string_view bytes) override {
    if (binary_) binary_(who, bytes);
  }
  void expired(connection&, std::chrono::steady_clock::time_point) override {}
  void closed(connection& who, close_reason reason) override {
    if (close_) close_(who, reason);
  }

  std::function<void(connection&)> open_;
  message_handler text_;
  message_handler binary_;
  std::function<void(connection&, close_reason)> close_;
  net::engineio_server engine_;
};

}  // namespace uploadproto::engineio

#endif
