// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_IMPL_BORROWED_STREAM_HPP
#define UPLOADPROTO_NET_IMPL_BORROWED_STREAM_HPP

#include <uploadproto/net/http_listener.hpp>
#include <uploadproto/net/streams.hpp>
#include <uploadproto/result.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <functional>
#include <utility>

namespace uploadproto::net {

/** Serves one request of a `tcp_stream`, whose socket changes hands for it, so that one instantiation of the
    serving coroutine is for both kinds of stream. */
inline boost::asio::awaitable<served> serve_borrowed(
    boost::asio::io_context& context, boost::beast::tcp_stream& stream,
    std::function<boost::asio::awaitable<served>(plain_stream&)> serve) {
  error_code ec;
  auto const protocol = stream.socket().local_endpoint(ec).protocol();
  if (ec) co_return served::closed;
  auto const native = stream.socket().release(ec);
  if (ec) co_return served::closed;
  plain_stream own(tcp_socket(context.get_executor(), protocol, native));
  auto const outcome = co_await serve(own);
  if (outcome != served::taken) stream.socket().assign(protocol, own.socket().release(ec), ec);
  co_return ec ? served::closed : outcome;
}

}  // namespace uploadproto::net

#endif
