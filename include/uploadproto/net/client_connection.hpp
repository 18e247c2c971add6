// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_CLIENT_CONNECTION_HPP
#define UPLOADPROTO_NET_CLIENT_CONNECTION_HPP

#include <boost/asio/any_io_executor.hpp>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/net/client_completion.hpp>
#include <uploadproto/net/client_options.hpp>
#include <uploadproto/result.hpp>
#include <vector>

namespace uploadproto::net {

/** What happened on one namespace, for a program that likes handlers. All run on the client's executor. */
struct client_handlers {
  std::function<void()> connected;  ///< the first time and after each reconnection
  std::function<void(error_code reason, bool reconnecting)> disconnected;
  std::function<void(client_failure const&)> attempt_failed;
  std::function<void(std::size_t attempt, std::chrono::milliseconds delay)> reconnecting;
  std::function<void()> upgraded;  ///< from polling to WebSocket
};

enum class client_direction : unsigned char { incoming, outgoing };
using client_listener = std::function<void(client_event const&)>;

/** One connection to a Socket.IO server and the namespaces on it: what `socketio::client` is a handle of.

    Abstract so that the streams, TLS and HTTP behind it are compiled in one place. Not thread-safe: every
   call, and the executor given, belong to one thread or strand. */
class client_connection {
 public:
  using ack_completion = client_completion<error_code, client_ack>;
  using receive_completion = client_completion<error_code, client_event>;
  using connect_completion = client_completion<error_code>;

  virtual ~client_connection() = default;

  virtual boost::asio::any_io_executor const& executor() const noexcept = 0;

  /** The namespace that the URL names. */
  [[nodiscard]] virtual std::string const& first_namespace() const = 0;
  /** One more user of a namespace; the first brings its `auth`. */
  virtual void acquire(std::string const& nsp, client_auth auth) = 0;
  /** One user less; the last leaves the namespace, the last of all ends the connection. Nothing is delivered
      to the namespace's handlers any more and what waits on it completes. */
  virtual void release(std::string const& nsp) = 0;

  virtual void connect(std::string const& nsp, connect_completion done) = 0;
  virtual void receive(std::string const& nsp, receive_completion done) = 0;
  /** Leaves one namespace; the connection ends with the last. */
  virtual void disconnect(std::string const& nsp, connect_completion done) = 0;

  virtual error_code emit(std::string const& nsp, std::string_view name, boost::json::array args,
                          std::vector<std::string> attachments, bool is_volatile) = 0;
  virtual void emit_with_ack(std::string const& nsp, std::string_view name, boost::json::array args,
                             std::vector<std::string> attachments,
                             std::optional<std::chrono::milliseconds> timeout, ack_completion done) = 0;
  virtual client_handlers& handlers(std::string const& nsp) = 0;
  /** Events of this name, or only the next one, go to the handler and not to `receive`. An empty function
     takes the handler away. */
  virtual void on(std::string const& nsp, std::string name, std::function<void(client_event)> handler,
                  bool once) = 0;

  /** A listener of all events, whatever else becomes of them. @return its number, never 0 */
  virtual std::uint64_t listen(std::string const& nsp, client_direction direction, client_listener all) = 0;
  /** Takes one listener away, or with 0 all of them. */
  virtual void unlisten(std::string const& nsp, client_direction direction, std::uint64_t listener) = 0;

  [[nodiscard]] virtual bool connected(std::string const& nsp) const = 0;
  [[nodiscard]] virtual bool recovered(std::string const& nsp) const = 0;
  [[nodiscard]] virtual std::string id(std::string const& nsp) const = 0;
  [[nodiscard]] virtual client_failure const& last_failure() const = 0;
  [[nodiscard]] virtual client_transport transport() const = 0;
};

/** A connection that is not made yet. */
[[nodiscard]] UPLOADPROTO_DECL std::shared_ptr<client_connection> make_client_connection(
    boost::asio::any_io_executor const& executor, client_options options);

}  // namespace uploadproto::net

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/net/impl/client_connection.ipp>
#endif

#endif
