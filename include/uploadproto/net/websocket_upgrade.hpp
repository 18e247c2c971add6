// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_WEBSOCKET_UPGRADE_HPP
#define UPLOADPROTO_NET_WEBSOCKET_UPGRADE_HPP

#include <uploadproto/config.hpp>
#include <uploadproto/net/http_listener.hpp>
#include <uploadproto/net/link_loop.hpp>

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace uploadproto::net {

/** Whether a request asks for a WebSocket (RFC 6455 4.2.1). */
UPLOADPROTO_DECL bool wants_websocket(http::request<http::empty_body> const& request);

/** The one version that is spoken, to be named in `Sec-WebSocket-Version` where a request is refused
    (RFC 6455 4.4). */
inline constexpr std::string_view websocket_version = "13";

/** What is wrong with the key, the version or the subprotocols of such a request, in a sentence; nothing when
    all is right. */
UPLOADPROTO_DECL std::optional<std::string_view> websocket_defect(
    http::request<http::empty_body> const& request);

/** The whole 101 answer, with these further fields. The first subprotocol that is offered is taken: browsers
    end a connection that takes none of theirs.
    @return nothing when the request has a defect: answer with 400. */
UPLOADPROTO_DECL std::optional<std::string> accept_websocket(http::request<http::empty_body> const& request,
                                                             http::fields const& further = {});

/** Makes a link of the stream that carried the upgrade request; the stream is moved from. Write the 101 to
    the link first, then `start` it with what was read beyond the request. */
UPLOADPROTO_DECL websocket_link_ptr take_link(link_loop& loop, link_listener& listener, plain_stream& stream);
UPLOADPROTO_DECL websocket_link_ptr take_link(link_loop& loop, link_listener& listener, tls_stream& stream);

}  // namespace uploadproto::net

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/net/impl/websocket_upgrade.ipp>
#endif

#endif
