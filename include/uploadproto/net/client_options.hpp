// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_CLIENT_OPTIONS_HPP
#define UPLOADPROTO_NET_CLIENT_OPTIONS_HPP

#include <boost/asio/ssl/context.hpp>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <uploadproto/net/client_credentials.hpp>
#include <uploadproto/net/client_proxy.hpp>
#include <uploadproto/result.hpp>
#include <uploadproto/session/client_transport.hpp>
#include <uploadproto/session/reconnect.hpp>
#include <utility>
#include <vector>

namespace uploadproto::net {

using session::client_transport;
using session::reconnect_options;
/** The `auth` object of a namespace, or how to get it. */
using client_auth = client_credentials<boost::json::value>;

/** Bounds on what a server can make this client hold. */
struct client_limits {
  std::size_t max_message = 16u << 20;      ///< bytes of one received message or polling answer
  std::size_t max_attachments = 10;         ///< binary attachments of one received event
  std::size_t max_json_depth = 64;          ///< nesting of received JSON
  std::size_t max_send_buffer = 16u << 20;  ///< bytes that wait to be sent, connected or not
  std::size_t max_receive_queue = 4096;     ///< events nobody has received yet; then reading pauses
};

/** WebSocket first, polling where that is blocked. */
inline std::vector<client_transport> default_transports() {
  return {client_transport::websocket, client_transport::polling};
}

/** Where and how to connect. */
struct client_options {
  /** `http`, `https`, `ws` or `wss`, host and optional port. A path names the namespace, as in JavaScript:
      `http://localhost:3000/admin`; a query is sent with the handshake. */
  std::string url{};
  std::string path = "/socket.io/";
  /** In the order in which they are tried; what worked is tried first the next time. */
  std::vector<client_transport> transports = default_transports();
  /** An attempt to connect goes on to the next transport when one fails. */
  bool try_all_transports = true;
  bool remember_upgrade = false;  ///< begin with WebSocket once an upgrade to it succeeded
  bool upgrade = true;            ///< from polling to WebSocket, where both are enabled
  client_auth auth{};
  std::vector<std::pair<std::string, std::string>> query{};
  std::vector<std::pair<std::string, std::string>> headers{};
  /** Cookies that polling answers set are sent back, with every request of either transport. */
  bool with_credentials = false;
  /** For `https` and `wss`: authorities, a client certificate. Without one, the system's authorities count.
   */
  std::shared_ptr<boost::asio::ssl::context> tls{};
  /** The peer's certificate and the name in it are verified, whatever the context's own mode is. */
  bool tls_verify = true;
  /** An HTTP proxy that every connection goes through, also without TLS. */
  std::optional<client_proxy> proxy{};
  reconnect_options reconnection{};
  std::chrono::milliseconds connect_timeout{20000};  ///< per transport: resolve to CONNECT's answer
  /** For one HTTP request of the polling transport, 0: none. Longer than the server's ping interval, for
     which a request may be held. */
  std::chrono::milliseconds request_timeout{0};
  std::chrono::milliseconds upgrade_timeout{10000};
  std::chrono::milliseconds close_timeout{2000};  ///< how long a farewell may take
  /** How often an event is sent again that was not acknowledged. Above 0, events that are not volatile queue
      up within `limits.max_send_buffer`, one is under way at a time, and each is delivered at least once,
     also over a reconnection, or given up after its last try. The server must acknowledge every event. */
  std::size_t retries = 0;
  /** For acknowledgements where the call names no time; without, they are awaited as long as the connection
      lasts. */
  std::optional<std::chrono::milliseconds> ack_timeout{};
  client_limits limits{};
};

/** Why an attempt to connect failed. */
struct client_failure {
  error_code error{};
  int http_status = 0;        ///< where an HTTP answer was the reason
  std::string message{};      ///< the server's words: CONNECT_ERROR's message
  boost::json::value data{};  ///< CONNECT_ERROR's data
};

/** The answer to an event. */
struct client_ack {
  boost::json::array args{};
  std::vector<std::string> attachments{};  ///< `{"_placeholder":true,"num":i}` in `args` stands for number i
};

/** An event from the server. */
struct client_event {
  std::string name{};
  boost::json::array args{};               ///< what follows the name
  std::vector<std::string> attachments{};  ///< `{"_placeholder":true,"num":i}` in `args` stands for number i

  /** Whether the server asks for an answer. */
  [[nodiscard]] bool wants_ack() const { return static_cast<bool>(answer); }
  /** Answers, once; later calls have no effect. Works after the event has been moved or copied. */
  error_code acknowledge(boost::json::array reply = {}, std::vector<std::string> files = {}) const {
    return answer ? answer(std::move(reply), std::move(files)) : error_code();
  }

  std::function<error_code(boost::json::array, std::vector<std::string>)> answer;
};

}  // namespace uploadproto::net

#endif
