// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SOCKETIO_CLIENT_HPP
#define UPLOADPROTO_SOCKETIO_CLIENT_HPP

#include <boost/asio/async_result.hpp>
#include <uploadproto/net/client_connection.hpp>

namespace uploadproto::socketio {

using net::client_ack;
using net::client_auth;
using net::client_event;
using net::client_failure;
using net::client_limits;
using net::client_listener;
using net::client_options;
using net::client_proxy;
using net::client_transport;
using net::reconnect_options;
using session::client_condition;
using session::client_error;
using session::disconnect_text;

/** The arguments of an event: `client.emit("message", args("hello", 42))`. */
template <class... Values>
[[nodiscard]] boost::json::array args(Values&&... values) {
  boost::json::array out;
  out.reserve(sizeof...(values));
  (out.emplace_back(std::forward<Values>(values)), ...);
  return out;
}

/** A Socket.IO 5 client: one namespace of one connection.

    Connects by WebSocket or polling, keeps the connection alive, makes it again when it is lost, and rejoins
    its namespace. All asynchronous operations take a completion token, may be cancelled one by one, and
    complete on their handler's executor, else on the client's. What waits is served in the order of the
   calls.

    @par Thread safety
    None: use the client from the thread or strand of its executor. No thread is started.

    @par Lifetime
    Destroying the client ends the connection; operations still waiting complete with
    `client_error::client_disconnect`, and handlers set by `on…` are not called any more.

    @par Coroutines and GCC 12
    GCC 12 destroys aggregates twice, and refuses lists, when they are written with braces in the same
    expression as a `co_await`. Hence: await the executor in a line of its own, and write `args(1, 2)`.

    @par Example
    @code
    asio::awaitable<void> chat(std::string url) {
      auto executor = co_await asio::this_coro::executor;
      socketio::client client(executor, {.url = std::move(url)});
      co_await client.async_connect(asio::use_awaitable);
      client.emit("message", socketio::args("hello"));
      auto event = co_await client.async_receive(asio::use_awaitable);
    }
    @endcode
*/
class client {
 public:
  using event = client_event;
  using ack = client_ack;
  using executor_type = boost::asio::any_io_executor;

  client(executor_type const& executor, client_options options);
  client(client&&) noexcept = default;
  client& operator=(client&&) noexcept;
  ~client();

  [[nodiscard]] executor_type get_executor() const noexcept { return connection_->executor(); }

  /** Another namespace on the same connection, with its own `auth`, events and handlers. It connects by its
     own `async_connect`. The connection lives as long as any of its clients. */
  [[nodiscard]] client of(std::string nsp, client_auth auth = {}) const;

  /** Connects, or joins the namespace if the connection stands. Signature: `void(error_code)`.

      Tries each transport once and reports the last error (`last_failure` says more), unless
      `reconnect_options::first_attempt` asks for patience. Afterwards a lost connection is made again by
      itself. Connecting a connected client completes at once. */
  template <class CompletionToken>
  auto async_connect(CompletionToken&& token) {
    return boost::asio::async_initiate<CompletionToken, void(error_code)>(
        [](auto handler, auto connection, std::string const& nsp) {
          connection->connect(nsp, {std::move(handler), connection->executor()});
        },
        token, connection_, nsp_);
  }

  /** The next event. Signature: `void(error_code, client_event)`.

      Stays pending while the connection is being made again. Fails when there is no connection and none will
      come: closed by this side or by the server, refused, attempts used up. */
  template <class CompletionToken>
  auto async_receive(CompletionToken&& token) {
    return boost::asio::async_initiate<CompletionToken, void(error_code, client_event)>(
        [](auto handler, auto connection, std::string const& nsp) {
          connection->receive(nsp, {std::move(handler), connection->executor()});
        },
        token, connection_, nsp_);
  }

  /** Sends an event. While disconnected it is kept, up to the limit, and sent after the reconnection.

      @param arguments what follows the name; `{"_placeholder":true,"num":i}` stands for attachment i.
      @return an error when the event was not accepted: reserved name, buffer full, closed. */
  error_code emit(std::string_view name, boost::json::array arguments = {},
                  std::vector<std::string> attachments = {}) {
    return connection_->emit(nsp_, name, std::move(arguments), std::move(attachments), false);
  }

  /** Sends a `message` event. */
  error_code send(boost::json::array arguments = {}, std::vector<std::string> attachments = {}) {
    return emit("message", std::move(arguments), std::move(attachments));
  }

  /** Sends an event if it can leave now; otherwise it is dropped. */
  error_code emit_volatile(std::string_view name, boost::json::array arguments = {},
                           std::vector<std::string> attachments = {}) {
    return connection_->emit(nsp_, name, std::move(arguments), std::move(attachments), true);
  }

  /** Sends an event and waits for the answer. Signature: `void(error_code, client_ack)`.

      Errors: `ack_timeout`; `ack_lost` when the connection goes before the answer comes. An event that still
      waits to be sent when the time is up, or when the operation is cancelled, is not sent any more. With
      `client_options::retries` the time is that of one try, and both errors come only after the last try or
      when the namespace is left. */
  template <class CompletionToken>
  auto async_emit_with_ack(std::string name, boost::json::array arguments,
                           std::vector<std::string> attachments, std::chrono::milliseconds timeout,
                           CompletionToken&& token) {
    return boost::asio::async_initiate<CompletionToken, void(error_code, client_ack)>(
        [](auto handler, auto connection, std::string const& nsp, std::string const& event_name,
           boost::json::array values, std::vector<std::string> files, std::chrono::milliseconds limit) {
          connection->emit_with_ack(nsp, event_name, std::move(values), std::move(files), limit,
                                    {std::move(handler), connection->executor()});
        },
        token, connection_, nsp_, std::move(name), std::move(arguments), std::move(attachments), timeout);
  }
  template <class CompletionToken>
  auto async_emit_with_ack(std::string name, boost::json::array arguments, std::chrono::milliseconds timeout,
                           CompletionToken&& token) {
    return async_emit_with_ack(std::move(name), std::move(arguments), {}, timeout,
                               std::forward<CompletionToken>(token));
  }

  /** The same, with `client_options::ack_timeout`. */
  template <class CompletionToken>
  auto async_emit_with_ack(std::string name, boost::json::array arguments, CompletionToken&& token) {
    return boost::asio::async_initiate<CompletionToken, void(error_code, client_ack)>(
        [](auto handler, auto connection, std::string const& nsp, std::string const& event_name,
           boost::json::array values) {
          connection->emit_with_ack(nsp, event_name, std::move(values), {}, std::nullopt,
                                    {std::move(handler), connection->executor()});
        },
        token, connection_, nsp_, std::move(name), std::move(arguments));
  }

  /** Leaves the namespace after what was sent; closes the connection when it is the last. Signature:
      `void(error_code)`. Bounded by `client_options::close_timeout`. */
  template <class CompletionToken>
  auto async_close(CompletionToken&& token) {
    return boost::asio::async_initiate<CompletionToken, void(error_code)>(
        [](auto handler, auto connection, std::string const& nsp) {
          connection->disconnect(nsp, {std::move(handler), connection->executor()});
        },
        token, connection_, nsp_);
  }

  /** Handlers of this namespace's ups and downs. */
  void on_connect(std::function<void()> handler) { handlers().connected = std::move(handler); }
  void on_disconnect(std::function<void(error_code reason, bool reconnecting)> handler) {
    handlers().disconnected = std::move(handler);
  }
  void on_attempt_failed(std::function<void(client_failure const&)> handler) {
    handlers().attempt_failed = std::move(handler);
  }
  void on_reconnect_attempt(
      std::function<void(std::size_t attempt, std::chrono::milliseconds delay)> handler) {
    handlers().reconnecting = std::move(handler);
  }
  void on_upgrade(std::function<void()> handler) { handlers().upgraded = std::move(handler); }

  /** Events of this name go to the handler and not to `async_receive`; an empty function undoes that. One
      handler a name: a second one takes the place of the first. */
  void on(std::string name, std::function<void(client_event)> handler) {
    connection_->on(nsp_, std::move(name), std::move(handler), false);
  }
  /** Only the next event of this name goes to the handler. */
  void once(std::string name, std::function<void(client_event)> handler) {
    connection_->on(nsp_, std::move(name), std::move(handler), true);
  }

  /** Listeners of all events, called before the event goes where else it goes: to its handler or to
      `async_receive`. @return a number for `off_any` */
  std::uint64_t on_any(client_listener listener) {
    return connection_->listen(nsp_, net::client_direction::incoming, std::move(listener));
  }
  /** Takes one listener away, or all. */
  void off_any(std::uint64_t listener = 0) {
    connection_->unlisten(nsp_, net::client_direction::incoming, listener);
  }
  /** Listeners of all events that were accepted to be sent; volatile ones that are dropped are none. */
  std::uint64_t on_any_outgoing(client_listener listener) {
    return connection_->listen(nsp_, net::client_direction::outgoing, std::move(listener));
  }
  void off_any_outgoing(std::uint64_t listener = 0) {
    connection_->unlisten(nsp_, net::client_direction::outgoing, listener);
  }

  [[nodiscard]] bool connected() const { return connection_->connected(nsp_); }
  /** The server restored this session: nothing was missed while the connection was away. */
  [[nodiscard]] bool recovered() const { return connection_->recovered(nsp_); }
  /** The public id of this namespace's socket; empty while not connected. */
  [[nodiscard]] std::string id() const { return connection_->id(nsp_); }
  [[nodiscard]] std::string const& nsp() const { return nsp_; }
  [[nodiscard]] client_transport transport() const { return connection_->transport(); }
  /** Why the last attempt to connect failed. */
  [[nodiscard]] client_failure const& last_failure() const { return connection_->last_failure(); }

 private:
  client(std::shared_ptr<net::client_connection> connection, std::string nsp)
      : connection_(std::move(connection)), nsp_(std::move(nsp)) {}
  net::client_handlers& handlers() { return connection_->handlers(nsp_); }

  std::shared_ptr<net::client_connection> connection_;
  std::string nsp_;
};

}  // namespace uploadproto::socketio

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/socketio/impl/client.ipp>
#endif

#endif
