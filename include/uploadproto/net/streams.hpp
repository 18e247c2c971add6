// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_STREAMS_HPP
#define UPLOADPROTO_NET_STREAMS_HPP

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/basic_stream.hpp>

namespace uploadproto::net {

/** Servers run on one `io_context` a loop; its concrete executor keeps a connection small. */
using loop_executor = boost::asio::io_context::executor_type;
using tcp_socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, loop_executor>;

/** What HTTP is read from before an upgrade. */
using plain_stream = boost::beast::basic_stream<boost::asio::ip::tcp, loop_executor>;
using tls_stream = boost::asio::ssl::stream<plain_stream>;

}  // namespace uploadproto::net

#endif
