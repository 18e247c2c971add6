// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_IMPL_HTTP_LISTENER_IPP
#define UPLOADPROTO_NET_IMPL_HTTP_LISTENER_IPP

#include <uploadproto/net/http_listener.hpp>
#include <uploadproto/net/link_loop.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include <sys/socket.h>

#include <array>
#include <utility>

namespace uploadproto::net {

/** The coroutines of a listener. */
struct http_listener::loops {
  template <class Stream>
  static boost::asio::awaitable<served> say(Stream& stream, http::status status) {
    http::response<http::empty_body> reply{status, 11};
    reply.keep_alive(false);
    reply.prepare_payload();
    error_code ignored;
    co_await http::async_write(stream, reply,
                               boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
    co_return served::closed;
  }

  static boost::asio::awaitable<void> accept(std::shared_ptr<http_listener> self) {
    loop_timer pause(self->context_.get_executor());
    while (self->acceptor_.is_open()) {
      error_code ec;
      tcp_socket socket = co_await self->acceptor_.async_accept(
          self->context_.get_executor(), boost::asio::redirect_error(boost::asio::use_awaitable, ec));
      if (!self->acceptor_.is_open()) co_return;
      if (ec) {
        // Out of descriptors, most likely: new connections wait in the kernel's queue meanwhile.
        pause.expires_after(std::chrono::milliseconds(50));
        co_await pause.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ec));
        continue;
      }
      boost::asio::co_spawn(self->context_, converse(self, std::move(socket)), boost::asio::detached);
    }
  }

  static boost::asio::awaitable<void> converse(std::shared_ptr<http_listener> self, tcp_socket socket) {
    if (!self->settings_.tls) {
      plain_stream stream(std::move(socket));
      co_await answer_requests(self, stream, self->settings_.plain);
      co_return;
    }
    tls_stream stream(plain_stream(std::move(socket)), *self->settings_.tls);
    error_code ec;
    boost::beast::get_lowest_layer(stream).expires_after(self->settings_.timeout);
    co_await stream.async_handshake(boost::asio::ssl::stream_base::server,
                                    boost::asio::redirect_error(boost::asio::use_awaitable, ec));
    if (!ec) co_await answer_requests(self, stream, self->settings_.secure);
  }

  template <class Stream>
  static boost::asio::awaitable<void> answer_requests(std::shared_ptr<http_listener> self, Stream& stream,
                                                      handler<Stream> const& serve) {
    boost::beast::flat_buffer buffer;
    auto outcome = served::keep_alive;
    while (outcome == served::keep_alive) {
      header_parser head;
      head.header_limit(16 * 1024);
      head.body_limit(boost::none);
      error_code ec;
      boost::beast::get_lowest_layer(stream).expires_after(self->settings_.timeout);
      co_await http::async_read_header(stream, buffer, head,
                                       boost::asio::redirect_error(boost::asio::use_awaitable, ec));
      if (!ec)
        outcome = co_await serve(stream, buffer, head);
      else if (ec == http::error::header_limit)
        outcome = co_await say(stream, http::status::request_header_fields_too_large);
      else if (ec != http::error::end_of_stream && ec.category() == malformed().category())
        outcome = co_await say(stream, http::status::bad_request);
      else
        co_return;
    }
    if (outcome == served::closed) co_await part(stream);
  }

  static error_code malformed() { return make_error_code(http::error::bad_method); }

  // The peer may still be sending what was refused: closing now would reset the connection and take the
  // answer away from it.
  template <class Stream>
  static boost::asio::awaitable<void> part(Stream& stream) {
    auto& lowest = boost::beast::get_lowest_layer(stream);
    error_code ec;
    lowest.socket().shutdown(tcp_socket::shutdown_send, ec);
    std::array<char, 4096> unread;
    lowest.expires_after(std::chrono::seconds(2));
    for (std::size_t total = 0; !ec && total < 4'000'000;)
      total += co_await lowest.async_read_some(boost::asio::buffer(unread),
                                               boost::asio::redirect_error(boost::asio::use_awaitable, ec));
  }
};

UPLOADPROTO_DECL http_listener::http_listener(boost::asio::io_context& context, settings s)
    : context_(context), settings_(std::move(s)), acceptor_(context.get_executor()) {}

UPLOADPROTO_DECL result<std::shared_ptr<http_listener>> http_listener::open(boost::asio::io_context& context,
                                                                            settings s) {
  std::shared_ptr<http_listener> const made(new http_listener(context, std::move(s)));
  auto& acceptor = made->acceptor_;
  auto const& wanted = made->settings_;
  using acceptor_type = std::decay_t<decltype(acceptor)>;
  error_code ec;
  acceptor.open(wanted.endpoint.protocol(), ec);
  if (!ec) acceptor.set_option(acceptor_type::reuse_address(true), ec);
#if defined(SO_REUSEPORT)
  if (!ec && wanted.reuse_port)
    acceptor.set_option(boost::asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>(true), ec);
#endif
  if (!ec) acceptor.bind(wanted.endpoint, ec);
  if (!ec) acceptor.listen(4096, ec);
  if (!ec) made->endpoint_ = acceptor.local_endpoint(ec);
  if (ec) return ec;
  boost::asio::co_spawn(context, loops::accept(made), boost::asio::detached);
  return made;
}

UPLOADPROTO_DECL void http_listener::close() {
  error_code ignored;
  acceptor_.close(ignored);
}

UPLOADPROTO_DECL boost::asio::awaitable<served> http_listener::refuse(plain_stream& stream,
                                                                      http::status status) {
  return loops::say(stream, status);
}

UPLOADPROTO_DECL boost::asio::awaitable<served> http_listener::refuse(tls_stream& stream,
                                                                      http::status status) {
  return loops::say(stream, status);
}

}  // namespace uploadproto::net

#endif
