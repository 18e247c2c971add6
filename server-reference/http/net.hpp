// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_NET_HPP
#define UPLOADPROTO_REFERENCE_HTTP_NET_HPP

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>

/** @file
    The concrete I/O types of the reference server: streams of one loop and one thread.
*/
namespace uploadproto::reference::http {

namespace asio = boost::asio;
namespace beast = boost::beast;

using executor_type = asio::io_context::executor_type;
using stream_type = beast::basic_stream<asio::ip::tcp, executor_type>;
using acceptor_type = asio::basic_socket_acceptor<asio::ip::tcp, executor_type>;

using asio::awaitable;
using asio::use_awaitable;

}  // namespace uploadproto::reference::http

#endif
