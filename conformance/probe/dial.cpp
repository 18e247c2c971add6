// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "probe/dial.hpp"

#include <boost/asio/ssl/host_name_verification.hpp>

namespace uploadproto::conformance {

net::ssl::context& trusted_authorities() {
  static net::ssl::context context = [] {
    net::ssl::context made(net::ssl::context::tls_client);
    made.set_default_verify_paths();
    made.set_verify_mode(net::ssl::verify_peer);
    return made;
  }();
  return context;
}

net::awaitable<void> dial(plain_stream& stream, web_url const& url) {
  net::ip::tcp::resolver resolver(stream.get_executor());
  auto const found = co_await resolver.async_resolve(url.host, url.port, net::use_awaitable);
  co_await stream.async_connect(found, net::use_awaitable);
  stream.socket().set_option(net::ip::tcp::no_delay(true));
}

net::awaitable<void> dial(tls_stream& stream, web_url const& url) {
  co_await dial(stream.next_layer(), url);
  stream.set_verify_callback(net::ssl::host_name_verification(url.host));
  SSL_set_tlsext_host_name(stream.native_handle(), url.host.c_str());
  co_await stream.async_handshake(net::ssl::stream_base::client, net::use_awaitable);
}

}  // namespace uploadproto::conformance
