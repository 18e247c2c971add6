// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_HTTP_LISTENER_HPP
#define UPLOADPROTO_NET_HTTP_LISTENER_HPP

#include <uploadproto/config.hpp>
#include <uploadproto/net/streams.hpp>
#include <uploadproto/result.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace uploadproto::net {

namespace http = boost::beast::http;

/** What became of an HTTP connection after one request. */
enum class served : unsigned char {
  keep_alive,  ///< answered; the connection may carry another request
  closed,      ///< answered; close the connection
  taken,       ///< the stream was moved from: it is a WebSocket now
};

/** A request's header; whoever serves the request reads its body. */
using header_parser = http::request_parser<http::empty_body>;

/** Accepts HTTP connections and hands on their requests, for programs that have no HTTP server of their own.

    Header 16 KiB at most. Out of descriptors it waits and goes on. Belongs to one loop.
*/
class http_listener : public std::enable_shared_from_this<http_listener> {
 public:
  template <class Stream>
  using handler =
      std::function<boost::asio::awaitable<served>(Stream&, boost::beast::flat_buffer&, header_parser&)>;

  struct settings {
    boost::asio::ip::tcp::endpoint endpoint;
    boost::asio::ssl::context* tls = nullptr;  ///< speaks TLS with it; must outlive the listener
    bool reuse_port = false;                   ///< several loops share the port
    std::chrono::milliseconds timeout{30000};  ///< for the TLS handshake, and for each header
    handler<plain_stream> plain;
    handler<tls_stream> secure;
  };

  /** Listens and begins to accept, or says why not. */
  static result<std::shared_ptr<http_listener>> open(boost::asio::io_context& context, settings s);

  /** Listens for a server that finds its own requests: what it does not handle gets 404, and all gets 503
     once it is destroyed.
      @param alive false from then on
      @param s its handlers are made here */
  template <class Server>
  static result<std::shared_ptr<http_listener>> open_for(Server& server, std::shared_ptr<bool const> alive,
                                                         settings s) {
    auto const serve = [&server, alive = std::move(alive)](auto& stream, auto& buffer,
                                                           auto& head) -> boost::asio::awaitable<served> {
      if (!*alive) return refuse(stream, http::status::service_unavailable);
      auto const target = head.get().target();
      if (!server.handles({target.data(), target.size()})) return refuse(stream, http::status::not_found);
      return server.async_serve(stream, buffer, head);
    };
    s.plain = serve;
    s.secure = serve;
    return open(server.context(), std::move(s));
  }

  /** Where it listens; a port 0 is resolved. */
  boost::asio::ip::tcp::endpoint endpoint() const noexcept { return endpoint_; }
  /** Accepts no more. Connections that exist go on. */
  void close();

  /** Answers with a status alone, and that the connection ends. */
  static boost::asio::awaitable<served> refuse(plain_stream& stream, http::status status);
  static boost::asio::awaitable<served> refuse(tls_stream& stream, http::status status);

 private:
  struct loops;
  http_listener(boost::asio::io_context& context, settings s);

  boost::asio::io_context& context_;
  settings settings_;
  boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, loop_executor> acceptor_;
  boost::asio::ip::tcp::endpoint endpoint_;
};

}  // namespace uploadproto::net

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/net/impl/http_listener.ipp>
#endif

#endif
