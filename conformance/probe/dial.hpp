// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_PROBE_DIAL_HPP
#define UPLOADPROTO_CONFORMANCE_PROBE_DIAL_HPP

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "probe/web_url.hpp"

namespace uploadproto::conformance {

namespace net = boost::asio;
using plain_stream = boost::beast::tcp_stream;
using tls_stream = boost::beast::ssl_stream<plain_stream>;

/** Trusts the system's authorities. */
net::ssl::context& trusted_authorities();

/** Resolves and connects. @throws boost::system::system_error */
net::awaitable<void> dial(plain_stream&, web_url const&);
/** The same, and shakes hands: the certificate must be for the host. */
net::awaitable<void> dial(tls_stream&, web_url const&);

}  // namespace uploadproto::conformance

#endif
