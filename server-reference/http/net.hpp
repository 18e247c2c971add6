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
    The concrete I/O types of the reference server: one loop, one thread, no type-erased executor in between.
*/
namespace uploadproto::reference::http {

namespace asio = boost::asio;
namespace beast = boost::beast;

using executor_type = asio::io_context::executor_type;
using stream_type = beast::basic_stream<asio::ip::tcp, executor_type>;
using acceptor_type = asio::basic_socket_acceptor<asio::ip::tcp, executor_type>;

template <class T>
using awaitable = asio::awaitable<T, executor_type>;
inline constexpr asio::use_awaitable_t<executor_type> use_awaitable{};

}  // namespace uploadproto::reference::http

#endif
