// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_CLIENT_ACCEPTED_WEBSOCKET_HPP
#define UPLOADPROTO_CONFORMANCE_CLIENT_ACCEPTED_WEBSOCKET_HPP

#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>

#include "client/carrier.hpp"
#include "probe/world.hpp"

namespace uploadproto::conformance {

using client_request = boost::beast::http::request<boost::beast::http::string_body>;

/** A client's WebSocket, accepted by Beast: not the SDK's own framing, which a client may be built on. Lives
    until it has ended, whoever holds it. @param who names the connection in the trace */
std::shared_ptr<carrier> accept_websocket(world&, std::string who, boost::beast::tcp_stream, client_request,
                                          carrier::listener);

}  // namespace uploadproto::conformance

#endif
