// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// The yardstick of compile time: what somebody writes who follows a job with Beast's WebSocket and coroutines
// alone: connect, shake hands, read messages until the job ends. No Socket.IO, no reconnection, no fallback.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/json/parse.hpp>
#include <iostream>
#if defined(UPLOADPROTO_BENCH_TLS)
#include <boost/asio/ssl.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket/ssl.hpp>
#endif

namespace asio = boost::asio;
namespace beast = boost::beast;

#if defined(UPLOADPROTO_BENCH_TLS)
using stream = beast::websocket::stream<beast::ssl_stream<beast::tcp_stream>>;
#else
using stream = beast::websocket::stream<beast::tcp_stream>;
#endif

asio::awaitable<void> follow(std::string host, std::string port, std::string job) {
  auto const executor = co_await asio::this_coro::executor;
  asio::ip::tcp::resolver resolver(executor);
  auto const found = co_await resolver.async_resolve(host, port, asio::use_awaitable);
#if defined(UPLOADPROTO_BENCH_TLS)
  asio::ssl::context tls(asio::ssl::context::tls_client);
  tls.set_default_verify_paths();
  tls.set_verify_mode(asio::ssl::verify_peer);
  stream socket(executor, tls);
#else
  stream socket(executor);
#endif
  beast::get_lowest_layer(socket).expires_after(std::chrono::seconds(20));
  co_await beast::get_lowest_layer(socket).async_connect(found, asio::use_awaitable);
#if defined(UPLOADPROTO_BENCH_TLS)
  co_await socket.next_layer().async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
#endif
  beast::get_lowest_layer(socket).expires_never();
  socket.set_option(beast::websocket::stream_base::timeout::suggested(beast::role_type::client));
  co_await socket.async_handshake(host, "/ws/upload-progress/" + job, asio::use_awaitable);
  for (beast::flat_buffer buffer;; buffer.clear()) {
    co_await socket.async_read(buffer, asio::use_awaitable);
    auto const event = boost::json::parse(beast::buffers_to_string(buffer.data()));
    std::cout << event.at("progress").to_number<double>() << "\n";
    if (event.at("status").as_string() != "processing") break;
  }
  co_await socket.async_close(beast::websocket::close_code::normal, asio::use_awaitable);
}

int main(int, char** arguments) {
  asio::io_context context;
  asio::co_spawn(context, follow(arguments[1], arguments[2], arguments[3]), asio::detached);
  context.run();
}
