// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/http/http_link.hpp"

#include <openssl/ssl.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace uploadproto::cli {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using asio::ip::tcp;

template <class Stream>
class link_over final : public http_link {
 public:
  explicit link_over(Stream stream) : stream_(std::move(stream)) {}

  asio::awaitable<std::size_t> read_some(asio::mutable_buffer buffer, error_code& error) override {
    co_return co_await stream_.async_read_some(buffer, asio::redirect_error(asio::use_awaitable, error));
  }
  asio::awaitable<void> write(asio::const_buffer buffer, error_code& error) override {
    co_await asio::async_write(stream_, buffer, asio::redirect_error(asio::use_awaitable, error));
  }

 private:
  Stream stream_;
};

asio::awaitable<void> handshake(ssl::stream<tcp::socket>& stream, std::string const& host,
                                error_code& error) {
  error_code no_address;
  asio::ip::make_address(host, no_address);
  // A name goes into SNI, an address does not (RFC 6066, 3).
  if (no_address && SSL_set_tlsext_host_name(stream.native_handle(), host.c_str()) != 1) {
    error = asio::error::invalid_argument;
    co_return;
  }
  stream.set_verify_callback(ssl::host_name_verification(host));
  co_await stream.async_handshake(ssl::stream_base::client, asio::redirect_error(asio::use_awaitable, error));
}

}  // namespace

asio::awaitable<std::unique_ptr<http_link>> http_link::connect(server_url const& url, ssl::context& tls,
                                                               error_code& error) {
  auto const executor = co_await asio::this_coro::executor;
  tcp::resolver resolver(executor);
  auto const endpoints =
      co_await resolver.async_resolve(url.host, url.port, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return nullptr;
  tcp::socket socket(executor);
  co_await asio::async_connect(socket, endpoints, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return nullptr;
  socket.set_option(tcp::no_delay(true), error);
  if (!url.tls) co_return std::make_unique<link_over<tcp::socket>>(std::move(socket));
  ssl::stream<tcp::socket> stream(std::move(socket), tls);
  co_await handshake(stream, url.host, error);
  if (error) co_return nullptr;
  co_return std::make_unique<link_over<ssl::stream<tcp::socket>>>(std::move(stream));
}

}  // namespace uploadproto::cli
