// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_IMPL_WEBSOCKET_UPGRADE_IPP
#define UPLOADPROTO_NET_IMPL_WEBSOCKET_UPGRADE_IPP

#include <uploadproto/net/websocket_upgrade.hpp>
#include <uploadproto/wire/base64.hpp>
#include <uploadproto/wire/websocket.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace uploadproto::net {

UPLOADPROTO_DECL bool wants_websocket(http::request<http::empty_body> const& request) {
  return request.method() == http::verb::get && request.version() == 11 &&
         http::token_list(request[http::field::connection]).exists("upgrade") &&
         http::token_list(request[http::field::upgrade]).exists("websocket");
}

namespace detail {

inline constexpr std::string_view separators = "()<>@,;:\\\"/[]?={} \t";

inline bool is_token(std::string_view text) {
  for (unsigned char c : text)
    if (c <= 0x20 || c >= 0x7f || separators.find(static_cast<char>(c)) != std::string_view::npos)
      return false;
  return !text.empty();
}

/** The subprotocols that are offered, in order. @return nothing when one is no token or comes twice */
inline std::optional<std::vector<std::string_view>> offered_protocols(
    http::request<http::empty_body> const& request) {
  std::vector<std::string_view> offered;
  auto const [first, last] = request.equal_range(http::field::sec_websocket_protocol);
  for (auto field = first; field != last; ++field) {
    std::string_view rest(field->value().data(), field->value().size());
    for (bool more = true; more;) {
      auto const end = rest.find(',');
      more = end != std::string_view::npos;
      auto name = rest.substr(0, end);
      if (more) rest.remove_prefix(end + 1);
      auto const begin = name.find_first_not_of(" \t");
      name.remove_prefix(std::min(begin, name.size()));
      name = name.substr(0, name.find_last_not_of(" \t") + 1);
      if (!is_token(name)) return std::nullopt;
      offered.push_back(name);
    }
  }
  // Sorted, since a header has room for thousands.
  auto sorted = offered;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) return std::nullopt;
  return offered;
}

}  // namespace detail

UPLOADPROTO_DECL std::optional<std::string_view> websocket_defect(
    http::request<http::empty_body> const& request) {
  auto const key = request[http::field::sec_websocket_key];
  auto const nonce = wire::decode_base64(std::string_view(key.data(), key.size()));
  if (!nonce || nonce->size() != 16) return "Missing or invalid Sec-WebSocket-Key header";
  auto const version = request[http::field::sec_websocket_version];
  if (std::string_view(version.data(), version.size()) != websocket_version)
    return "Missing or invalid Sec-WebSocket-Version header";
  if (!detail::offered_protocols(request)) return "Invalid Sec-WebSocket-Protocol header";
  return std::nullopt;
}

UPLOADPROTO_DECL std::optional<std::string> accept_websocket(http::request<http::empty_body> const& request,
                                                             http::fields const& further) {
  if (websocket_defect(request)) return std::nullopt;
  auto const key = request[http::field::sec_websocket_key];
  std::string answer =
      "HTTP/1.1 101 Switching Protocols\r\n"
      "Upgrade: websocket\r\n"
      "Connection: Upgrade\r\n"
      "Sec-WebSocket-Accept: ";
  answer.append(wire::websocket::accept_key({key.data(), key.size()})).append("\r\n");
  auto const protocols = *detail::offered_protocols(request);
  if (!protocols.empty()) answer.append("Sec-WebSocket-Protocol: ").append(protocols.front()).append("\r\n");
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
