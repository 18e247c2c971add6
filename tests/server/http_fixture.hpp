// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_SERVER_HTTP_FIXTURE_HPP
#define UPLOADPROTO_TESTS_SERVER_HTTP_FIXTURE_HPP

#include <spdlog/spdlog.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <uploadproto/wire/jwt.hpp>

#include "http/listener.hpp"

namespace uploadproto::reference::test {

using http_response = boost::beast::http::response<boost::beast::http::string_body>;

inline std::string header(http_response const& r, std::string_view name) {
  auto const value = r[boost::beast::string_view{name.data(), name.size()}];
  return {value.data(), value.size()};
}

inline boost::json::value body_of(http_response const& r) {
  return boost::json::parse(r.body());
}

/** A raw connection that blocks, for ten seconds at most. */
class raw_client {
 public:
  explicit raw_client(boost::asio::ip::tcp::endpoint to) : socket_(loop_) {
    socket_.connect(to);
    timeval const limit{10, 0};
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }

  /** @return false where the server does not take it any more */
  bool send(std::string_view bytes) {
    boost::system::error_code ec;
    boost::asio::write(socket_, boost::asio::buffer(bytes.data(), bytes.size()), ec);
    return !ec;
  }

  void shut_sending() { socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send); }
  void close() { socket_.close(); }
  /** Goes away with a reset. */
  void reset() {
    socket_.set_option(boost::asio::socket_base::linger{true, 0});
    socket_.close();
  }

  /** The next answer; nothing where the connection ended instead. @param to_head no body follows */
  std::optional<http_response> receive(bool to_head = false) {
    boost::beast::http::response_parser<boost::beast::http::string_body> parser;
    parser.body_limit(boost::none);
    parser.skip(to_head);
    boost::system::error_code ec;
    boost::beast::http::read(socket_, buffer_, parser, ec);
    if (ec) return std::nullopt;
    return parser.release();
  }

  /** True once the server has closed its side and nothing is left to read. */
  bool at_end() {
    char byte = 0;
    boost::system::error_code ec;
    socket_.read_some(boost::asio::buffer(&byte, 1), ec);
    return ec == boost::asio::error::eof || ec == boost::asio::error::connection_reset;
  }

 private:
  boost::asio::io_context loop_;
  boost::asio::ip::tcp::socket socket_;
  boost::beast::flat_buffer buffer_;
};

inline std::string const& test_secret() {
  static std::string const secret = "a secret of the tests, 32 bytes or more";
  return secret;
}

inline wire::jwt::key test_key() {
  return wire::jwt::key::from_secret(test_secret()).value();
}

inline std::string token_for(std::string const& user, std::chrono::seconds ttl = std::chrono::hours{1}) {
  auto const expiry = std::chrono::system_clock::now() + ttl;
  auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(expiry.time_since_epoch()).count();
  return wire::jwt::sign(test_key(), {{"sub", user}, {"exp", seconds}}).value();
}

/** A listener on a free port of loopback, its loop on a thread of its own. Fill `site` in, then start(). */
class http_fixture {
 public:
  http_fixture() : listener_(loop_, {boost::asio::ip::address_v4::loopback(), 0}) {
    spdlog::set_level(spdlog::level::off);
    site.name = "test";
    site.auth.emplace(std::make_shared<wire::jwt::verifier const>(test_key()));
  }
  ~http_fixture() {
    loop_.stop();
    if (thread_.joinable()) thread_.join();
    pool.join();
  }

  void start() {
    listener_.start(site);
    thread_ = std::thread([this] { loop_.run(); });
  }

  raw_client connect() const { return raw_client{listener_.local_endpoint()}; }

  /** Sends one request on a connection of its own and reads the answer. */
  http_response ask(std::string const& request) const {
    auto client = connect();
    client.send(request);
    return client.receive(request.starts_with("HEAD ")).value();
  }

  static std::string get(std::string const& path, std::string const& headers = {}) {
    return "GET " + path + " HTTP/1.1\r\nHost: test\r\n" + headers + "\r\n";
  }

  /** Runs something on the loop and waits for it. */
  template <class F>
  auto on_loop(F f) {
    std::promise<decltype(f())> done;
    auto future = done.get_future();
    boost::asio::post(loop_, [&] { done.set_value(f()); });
    return future.get();
  }

  http::listener& listener() { return listener_; }
  boost::asio::io_context& loop() { return loop_; }

  boost::asio::thread_pool pool{2};
  http::site site;

 private:
  boost::asio::io_context loop_{1};
  // The loop goes on when the listener has nothing more to do: a test may still have.
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{loop_.get_executor()};
  http::listener listener_;
  std::thread thread_;
};

}  // namespace uploadproto::reference::test

#endif
