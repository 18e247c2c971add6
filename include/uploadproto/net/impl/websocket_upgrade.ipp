// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_IMPL_WEBSOCKET_UPGRADE_IPP
#define UPLOADPROTO_NET_IMPL_WEBSOCKET_UPGRADE_IPP

#include <uploadproto/net/websocket_upgrade.hpp>
#include <uploadproto/wire/base64.hpp>
#include <uploadproto/wire/websocket.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include <memory>
#include <utility>

namespace uploadproto::net {

UPLOADPROTO_DECL bool wants_websocket(http::request<http::empty_body> const& request) {
  return request.method() == http::verb::get && request.version() == 11 &&
         http::token_list(request[http::field::connection]).exists("upgrade") &&
         http::token_list(request[http::field::upgrade]).exists("websocket");
}

UPLOADPROTO_DECL bool is_websocket_key(http::request<http::empty_body> const& request) {
  auto const key = request[http::field::sec_websocket_key];
  auto const nonce = wire::decode_base64(std::string_view(key.data(), key.size()));
  return request[http::field::sec_websocket_version] == "13" && nonce && nonce->size() == 16;
}

UPLOADPROTO_DECL std::optional<std::string> accept_websocket(http::request<http::empty_body> const& request,
                                                             http::fields const& further) {
  if (!is_websocket_key(request)) return std::nullopt;
  auto const key = request[http::field::sec_websocket_key];
  std::string answer =
      "HTTP/1.1 101 Switching Protocols\r\n"
      "Upgrade: websocket\r\n"
      "Connection: Upgrade\r\n"
      "Sec-WebSocket-Accept: ";
  answer.append(wire::websocket::accept_key({key.data(), key.size()})).append("\r\n");
  for (auto const& field : further) {
    answer.append(field.name_string().data(), field.name_string().size()).append(": ");
    answer.append(field.value().data(), field.value().size()).append("\r\n");
  }
  return answer.append("\r\n");
}

UPLOADPROTO_DECL websocket_link_ptr take_link(link_loop& loop, link_listener& listener,
                                              plain_stream& stream) {
  auto socket = stream.release_socket();
  error_code ignored;
  socket.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  return websocket_link_ptr(new plain_link(loop, listener, std::move(socket)));
}

UPLOADPROTO_DECL websocket_link_ptr take_link(link_loop& loop, link_listener& listener, tls_stream& stream) {
  error_code ignored;
  stream.next_layer().socket().set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  return websocket_link_ptr(new tls_link(loop, listener, std::make_unique<tls_stream>(std::move(stream))));
}

}  // namespace uploadproto::net

#endif
