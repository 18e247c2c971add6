// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_CLIENT_ERROR_HPP
#define UPLOADPROTO_SESSION_CLIENT_ERROR_HPP

#include <boost/system/error_category.hpp>
#include <boost/system/error_condition.hpp>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/result.hpp>

namespace uploadproto::session {

/** What can go wrong for a client: why a connection ended, why one could not be made, why one request failed.
 */
enum class client_error {
  // Why a connection ended: the reasons of Socket.IO.
  server_disconnect = 1,  ///< the server disconnected this namespace ("io server disconnect")
  client_disconnect,      ///< this side closed it ("io client disconnect")
  ping_timeout,           ///< no ping within pingInterval + pingTimeout
  transport_close,        ///< the other side closed the connection
  transport_error,        ///< the connection broke, or an HTTP request of the polling transport failed
  parse_error,            ///< the server sent what is no Engine.IO or Socket.IO packet

  // Why no connection came about.
  bad_url,             ///< the URL or an option that goes into the request is malformed
  connect_timeout,     ///< no answer to resolve, connect, handshake or CONNECT in time
  unexpected_status,   ///< an HTTP answer other than 200 (polling) or 101 (WebSocket)
  unauthorized,        ///< HTTP 401 or 403
  bad_http_answer,     ///< an answer that is no HTTP/1.1, or one beyond the limits
  bad_upgrade_answer,  ///< a 101 that does not accept this WebSocket handshake (RFC 6455 4.1)
  connect_refused,     ///< CONNECT_ERROR: the server refuses this namespace or these credentials
  credentials_failed,  ///< the function that supplies the credentials failed
  proxy_refused,       ///< the proxy opened no tunnel: another status than 2xx
  old_server,          ///< CONNECT was answered without a session id: Socket.IO 2

  // Why one request failed.
  ack_timeout,       ///< the acknowledgement did not come in time
  ack_lost,          ///< the connection was lost before the acknowledgement came
  not_connected,     ///< closed, and no reconnection is on its way
  send_buffer_full,  ///< more than the limit is waiting to be sent
  reserved_event,    ///< an event name that Socket.IO keeps for itself
  bad_arguments,  ///< an event that cannot be framed: too many attachments, or a raw 0x1E in a polling packet
};

/** Coarse groups of `client_error` (and of the system's errors) for callers that decide what to do next. */
enum class client_condition {
  cannot_connect = 1,  ///< nothing there that speaks the protocol: try again later, or check the URL
  refused,             ///< there, but it does not want these credentials: do not try again with the same ones
  disconnected,        ///< there was a connection and it ended
  timed_out,           ///< an acknowledgement or a connection took too long
};

[[nodiscard]] UPLOADPROTO_DECL boost::system::error_category const& client_category() noexcept;
[[nodiscard]] UPLOADPROTO_DECL boost::system::error_category const& client_condition_category() noexcept;

[[nodiscard]] inline error_code make_error_code(client_error e) noexcept {
  return {static_cast<int>(e), client_category()};
}
[[nodiscard]] inline boost::system::error_condition make_error_condition(client_condition c) noexcept {
  return {static_cast<int>(c), client_condition_category()};
}

/** Why a connection ended, in the words of Socket.IO's documentation: `io server disconnect`, `io client
   disconnect`, `ping timeout`, `transport close`, `parse error`, and `transport error` for all else. */
[[nodiscard]] UPLOADPROTO_DECL std::string_view disconnect_text(error_code reason) noexcept;

}  // namespace uploadproto::session

template <>
struct boost::system::is_error_code_enum<uploadproto::session::client_error> : std::true_type {};
template <>
struct boost::system::is_error_condition_enum<uploadproto::session::client_condition> : std::true_type {};

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/session/impl/client_error.ipp>
#endif

#endif
