// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_IMPL_ENGINEIO_LISTENER_IPP
#define UPLOADPROTO_NET_IMPL_ENGINEIO_LISTENER_IPP

#include <uploadproto/net/engineio_server.hpp>
#include <uploadproto/net/impl/engineio_http.ipp>

#include <boost/asio/basic_socket_acceptor.hpp>

#include <sys/socket.h>

#include <list>

namespace uploadproto::net {

/** The server's own way to accept connections, for programs that have no HTTP server. */
struct engineio_server::listener : std::enable_shared_from_this<engineio_server::listener> {
  using acceptor_type = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, loop_executor>;

  listener(engineio_server& owner, boost::asio::ssl::context* tls_context)
      : server(owner), acceptor(owner.context().get_executor()), tls(tls_context), alive(owner.alive_) {}

  static boost::asio::awaitable<void> accept(std::shared_ptr<listener> self) {
    loop_timer pause(self->server.context().get_executor());
    while (self->acceptor.is_open()) {
      error_code ec;
      tcp_socket socket = co_await self->acceptor.async_accept(
          self->server.context().get_executor(), boost::asio::redirect_error(boost::asio::use_awaitable, ec));
      if (!self->acceptor.is_open()) co_return;
      if (ec) {
        // Out of descriptors, most likely: those that are open go on, and new ones wait in the kernel's
        // queue.
        pause.expires_after(std::chrono::milliseconds(50));
        co_await pause.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ec));
        continue;
      }
      boost::asio::co_spawn(self->server.context(), converse(self, std::move(socket)),
                            [](std::exception_ptr) {});
    }
  }

  static boost::asio::awaitable<void> converse(std::shared_ptr<listener> self, tcp_socket socket) {
    if (!self->tls) {
      plain_stream stream(std::move(socket));
      co_await answer_requests(self, stream);
      co_return;
    }
    tls_stream stream(plain_stream(std::move(socket)), *self->tls);
    error_code ec;
    boost::beast::get_lowest_layer(stream).expires_after(self->server.settings_.http_timeout);
    co_await stream.async_handshake(boost::asio::ssl::stream_base::server,
                                    boost::asio::redirect_error(boost::asio::use_awaitable, ec));
    if (!ec) co_await answer_requests(self, stream);
  }

  template <class Stream>
  static boost::asio::awaitable<void> answer_requests(std::shared_ptr<listener> self, Stream& stream) {
    boost::beast::flat_buffer buffer;
    for (;;) {
      http::request_parser<http::empty_body> head;
      head.header_limit(16 * 1024);
      head.body_limit(boost::none);
      error_code ec;
      boost::beast::get_lowest_layer(stream).expires_after(self->server.settings_.http_timeout);
      co_await http::async_read_header(stream, buffer, head,
                                       boost::asio::redirect_error(boost::asio::use_awaitable, ec));
      if (!*self->alive) co_return;
      if (ec) {
        if (ec == http::error::end_of_stream ||
            ec.category() != make_error_code(http::error::bad_method).category())
          break;
        co_await say(stream, ec == http::error::header_limit ? http::status::request_header_fields_too_large
                                                             : http::status::bad_request);
        break;
      }
      if (!self->server.handles(engineio_http::view(head.get().target()))) {
        co_await say(stream, http::status::not_found);
        break;
      }
      auto const result = co_await self->server.async_serve(stream, buffer, head);
      if (result == served::taken) co_return;
      if (result == served::closed || !*self->alive) break;
    }
    end(boost::beast::get_lowest_layer(stream).socket());
  }

  template <class Stream>
  static boost::asio::awaitable<void> say(Stream& stream, http::status status) {
    http::response<http::empty_body> reply{status, 11};
    reply.keep_alive(false);
    reply.prepare_payload();
    error_code ignored;
    co_await http::async_write(stream, reply,
                               boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
  }

  static void end(tcp_socket& socket) {
    error_code ignored;
    socket.shutdown(tcp_socket::shutdown_send, ignored);
  }

  engineio_server& server;
  acceptor_type acceptor;
  boost::asio::ssl::context* tls;
  std::shared_ptr<bool> alive;
};

UPLOADPROTO_DECL result<boost::asio::ip::tcp::endpoint> engineio_server::listen(
    boost::asio::ip::tcp::endpoint endpoint, boost::asio::ssl::context* tls, bool reuse_port) {
  auto const made = std::make_shared<listener>(*this, tls);
  error_code ec;
  auto& acceptor = made->acceptor;
  acceptor.open(endpoint.protocol(), ec);
  if (!ec) acceptor.set_option(listener::acceptor_type::reuse_address(true), ec);
#if defined(SO_REUSEPORT)
  if (!ec && reuse_port)
    acceptor.set_option(boost::asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>(true), ec);
#endif
  if (!ec) acceptor.bind(endpoint, ec);
  if (!ec) acceptor.listen(4096, ec);
  if (ec) return ec;
  auto const bound = acceptor.local_endpoint(ec);
  if (ec) return ec;
  listeners_.push_back(made);
  boost::asio::co_spawn(context(), listener::accept(made), [](std::exception_ptr) {});
  return bound;
}

UPLOADPROTO_DECL void engineio_server::close() {
  for (auto const& each : listeners_) {
    error_code ignored;
    each->acceptor.close(ignored);
  }
  listeners_.clear();
  for_each([](engineio_connection& connection) { connection.close(); });
}

}  // namespace uploadproto::net

#endif
