// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_CLIENTS_SCRIPTED_SERVER_HPP
#define UPLOADPROTO_TESTS_CLIENTS_SCRIPTED_SERVER_HPP

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <string>
#include <vector>

#include "cli/server_url.hpp"

/** An HTTP server that says what a test tells it to, a connection at a time. */
class scripted_server {
 public:
  using socket = boost::asio::ip::tcp::socket;
  /** Serves one connection and is gone; the socket closes behind it. */
  using connection = std::function<boost::asio::awaitable<void>(socket&, std::string head)>;

  scripted_server(boost::asio::io_context& context, connection serve)
      : acceptor_(context, {boost::asio::ip::address_v4::loopback(), 0}), serve_(std::move(serve)) {
    boost::asio::co_spawn(context, accept(), boost::asio::detached);
  }

  uploadproto::cli::server_url url() const {
    uploadproto::cli::server_url url;
    url.host = "127.0.0.1";
    url.port = std::to_string(acceptor_.local_endpoint().port());
    return url;
  }

  /** Heads of the requests so far. */
  std::vector<std::string> heads;

  static std::string answer(int status, std::string const& body) {
    return "HTTP/1.1 " + std::to_string(status) +
           " Whatever\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

 private:
  boost::asio::awaitable<void> accept() {
    for (;;) {
      socket peer = co_await acceptor_.async_accept(boost::asio::use_awaitable);
      boost::asio::co_spawn(acceptor_.get_executor(), serve(std::move(peer)), boost::asio::detached);
    }
  }

  boost::asio::awaitable<void> serve(socket peer) {
    std::string head;
    // One byte at a time: the body stays in the socket for whoever wants it.
    while (!head.ends_with("\r\n\r\n")) {
      char c = 0;
      co_await boost::asio::async_read(peer, boost::asio::buffer(&c, 1), boost::asio::use_awaitable);
      head += c;
    }
    heads.push_back(head);
    co_await serve_(peer, head);
  }

  boost::asio::ip::tcp::acceptor acceptor_;
  connection serve_;
};

/** The body that a head announces. */
inline boost::asio::awaitable<std::string> read_body(scripted_server::socket& peer, std::string head) {
  std::size_t const at = head.find("Content-Length: ");
  std::string body(at == std::string::npos ? 0 : std::stoul(head.substr(at + 16)), '\0');
  co_await boost::asio::async_read(peer, boost::asio::buffer(body), boost::asio::use_awaitable);
  co_return body;
}

inline boost::asio::awaitable<void> say(scripted_server::socket& peer, std::string text) {
  co_await boost::asio::async_write(peer, boost::asio::buffer(text), boost::asio::use_awaitable);
}

#endif
