// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_IMPL_CLIENT_ERROR_IPP
#define UPLOADPROTO_SESSION_IMPL_CLIENT_ERROR_IPP

#include <uploadproto/session/client_error.hpp>

#include <string>

namespace uploadproto::session {
namespace detail {

inline char const* text_of(client_error e) noexcept {
  switch (e) {
    case client_error::server_disconnect:
      return "the server disconnected the namespace";
    case client_error::client_disconnect:
      return "disconnected by this client";
    case client_error::ping_timeout:
      return "no ping from the server in time";
    case client_error::transport_close:
      return "the server closed the connection";
    case client_error::transport_error:
      return "the connection broke";
    case client_error::parse_error:
      return "the server sent a malformed packet";
    case client_error::bad_url:
      return "malformed URL, path, query or header";
    case client_error::connect_timeout:
      return "the server did not answer in time";
    case client_error::unexpected_status:
      return "unexpected HTTP status";
    case client_error::unauthorized:
      return "the server answered 401 or 403";
    case client_error::bad_http_answer:
      return "malformed or oversized HTTP answer";
    case client_error::bad_upgrade_answer:
      return "the WebSocket handshake was not accepted as RFC 6455 demands";
    case client_error::connect_refused:
      return "the server refused the connection to the namespace";
    case client_error::credentials_failed:
      return "the credentials could not be obtained";
    case client_error::proxy_refused:
      return "the proxy refused to connect to the server";
    case client_error::old_server:
      return "the server speaks an older Socket.IO protocol";
    case client_error::ack_timeout:
      return "the acknowledgement did not come in time";
    case client_error::ack_lost:
      return "disconnected before the acknowledgement came";
    case client_error::not_connected:
      return "not connected";
    case client_error::send_buffer_full:
      return "too much is waiting to be sent";
    case client_error::reserved_event:
      return "the event name is reserved";
    case client_error::bad_arguments:
      return "the event cannot be framed";
  }
  return "unknown client error";
}

/** The condition a code belongs to; 0 where it belongs to none. */
inline client_condition condition_of(client_error e) noexcept {
  switch (e) {
    case client_error::server_disconnect:
    case client_error::client_disconnect:
    case client_error::ping_timeout:
    case client_error::transport_close:
    case client_error::transport_error:
    case client_error::parse_error:
    case client_error::ack_lost:
    case client_error::not_connected:
      return client_condition::disconnected;
    case client_error::bad_url:
    case client_error::connect_timeout:
    case client_error::unexpected_status:
    case client_error::bad_http_answer:
    case client_error::bad_upgrade_answer:
    case client_error::proxy_refused:
    case client_error::old_server:
      return client_condition::cannot_connect;
    case client_error::unauthorized:
    case client_error::connect_refused:
    case client_error::credentials_failed:
      return client_condition::refused;
    case client_error::ack_timeout:
      return client_condition::timed_out;
    default:
      return {};
  }
}

class client_error_category final : public boost::system::error_category {
 public:
  char const* name() const noexcept override { return "uploadproto.client"; }
  std::string message(int value) const override { return text_of(static_cast<client_error>(value)); }
};

class client_condition_category_type final : public boost::system::error_category {
 public:
  char const* name() const noexcept override { return "uploadproto.client.condition"; }
  std::string message(int value) const override {
    switch (static_cast<client_condition>(value)) {
      case client_condition::cannot_connect:
        return "cannot connect";
      case client_condition::refused:
        return "refused";
      case client_condition::disconnected:
        return "disconnected";
      case client_condition::timed_out:
        return "timed out";
    }
    return "unknown client condition";
  }
  bool equivalent(error_code const& code, int condition) const noexcept override {
    auto const wanted = static_cast<client_condition>(condition);
    if (code.category() == client_category()) {
      auto const error = static_cast<client_error>(code.value());
      if (error == client_error::connect_timeout && wanted == client_condition::timed_out) return true;
      return condition_of(error) == wanted;
    }
    // Resolver, socket and TLS errors all mean that there is nobody (we trust) to talk to.
    return wanted == client_condition::cannot_connect && code.failed() &&
           code != boost::system::errc::operation_canceled;
  }
};

}  // namespace detail

UPLOADPROTO_DECL boost::system::error_category const& client_category() noexcept {
  static detail::client_error_category const instance;
  return instance;
}

UPLOADPROTO_DECL boost::system::error_category const& client_condition_category() noexcept {
  static detail::client_condition_category_type const instance;
  return instance;
}

UPLOADPROTO_DECL std::string_view disconnect_text(error_code reason) noexcept {
  if (reason == client_error::server_disconnect) return "io server disconnect";
  if (reason == client_error::client_disconnect) return "io client disconnect";
  if (reason == client_error::ping_timeout) return "ping timeout";
  if (reason == client_error::transport_close) return "transport close";
  if (reason == client_error::parse_error) return "parse error";
  return "transport error";
}

}  // namespace uploadproto::session

#endif
