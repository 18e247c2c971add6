// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_CLIENT_STREAM_HPP
#define UPLOADPROTO_NET_CLIENT_STREAM_HPP

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/net/client_proxy.hpp>
#include <uploadproto/result.hpp>

namespace uploadproto::net {

/** How a client's streams are secured; no context: not at all. */
struct client_tls {
  std::shared_ptr<boost::asio::ssl::context> context;
  bool verify = true;  ///< the peer's certificate and the name in it
};

/** How a client's streams reach the server. */
struct client_route {
  client_tls tls{};
  std::optional<client_proxy> proxy{};
};

/** A context that trusts the system's authorities and takes TLS 1.2 and later. */
[[nodiscard]] UPLOADPROTO_DECL std::shared_ptr<boost::asio::ssl::context> make_client_tls_context();

/** A TCP connection, direct or through a proxy, with or without TLS: one type, so that what is built on it is
   compiled once.

    Owned by `shared_ptr`. One read and one write at a time. After `close` no callback is called. */
class client_stream : public std::enable_shared_from_this<client_stream> {
 public:
  using opened = std::function<void(error_code)>;
  using transferred = std::function<void(error_code, std::size_t)>;

  client_stream(boost::asio::any_io_executor const& executor, client_route route);

  /** Resolves (the proxy's name when there is one), connects and, with TLS, shakes hands: the certificate
     must be for `host`. Not bounded in time: call `close` when it takes too long. */
  void open(std::string const& host, std::string const& port, opened done);
  /** Reads at least one byte. */
  void read_some(char* data, std::size_t size, transferred done);
  /** Writes all of it; `bytes` stay valid until `done`. */
  void write(std::string_view bytes, transferred done);
  void close();

 private:
  using tcp = boost::asio::ip::tcp;

  void connect(std::shared_ptr<tcp::resolver::results_type> endpoints,
               tcp::resolver::results_type::const_iterator next, error_code last);
  void connected();
  void ask_proxy();
  void read_proxy();
  void shake_hands();
  void finish_open(error_code error);
  void write_rest(std::string_view bytes, std::size_t written, transferred done);

  client_route route_;
  tcp::resolver resolver_;
  tcp::socket socket_;
  std::optional<boost::asio::ssl::stream<tcp::socket&>> tls_;
  std::string host_, port_;
  std::string proxy_text_;  // the request for a tunnel, then the answer
  std::array<char, 1024> proxy_chunk_{};
  opened opened_;
  bool closed_ = false;
};

}  // namespace uploadproto::net

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/net/impl/client_stream.ipp>
#endif

#endif
