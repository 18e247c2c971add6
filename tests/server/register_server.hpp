// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_SERVER_REGISTER_SERVER_HPP
#define UPLOADPROTO_TESTS_SERVER_REGISTER_SERVER_HPP

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "register/register_service.hpp"

namespace uploadproto::reference::test {

/** The embedded register on a loopback port, with a say in every request: a test makes it slow, failing,
   limiting, or has it cut the connection. A thread a connection. */
class register_server {
 public:
  using request = boost::beast::http::request<boost::beast::http::string_body>;
  using response = boost::beast::http::response<boost::beast::http::string_body>;

  /** What becomes of a request. */
  struct fate {
    enum class what { serve, answer, cut, hang, cut_in_the_middle, close_after } kind = what::serve;
    unsigned status = 200;
    std::string body{};
    std::string retry_after{};
  };
  using judge = std::function<fate(request const&)>;

  register_server(register_service& service, judge how)
      : service_(service),
        how_(std::move(how)),
        acceptor_(context_, {boost::asio::ip::address_v4::loopback(), 0}) {
    acceptor_thread_ = std::thread([this] { accept(); });
  }

  ~register_server() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
      boost::system::error_code ignored;
      for (auto& socket : sockets_) socket->shutdown(boost::asio::ip::tcp::socket::shutdown_both, ignored);
      // Wakes the accept.
      boost::asio::ip::tcp::socket knock(context_);
      knock.connect(acceptor_.local_endpoint(), ignored);
    }
    acceptor_thread_.join();
    for (auto& thread : threads_) thread.join();
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()); }

  int requests(std::string const& prefix) {
    std::lock_guard lock(mutex_);
    return static_cast<int>(std::count_if(targets_.begin(), targets_.end(),
                                          [&](auto const& t) { return t.starts_with(prefix); }));
  }
  int lookups() { return requests("/api/Voters/IDNumber/"); }
  int connections() {
    std::lock_guard lock(mutex_);
    return static_cast<int>(sockets_.size());
  }

 private:
  using tcp = boost::asio::ip::tcp;

  void accept() {
    while (true) {
      auto socket = std::make_shared<tcp::socket>(context_);
      boost::system::error_code problem;
      acceptor_.accept(*socket, problem);
      std::lock_guard lock(mutex_);
      if (stopping_ || problem) return;
      sockets_.push_back(socket);
      threads_.emplace_back([this, socket] { serve(*socket); });
    }
  }

  void serve(tcp::socket& socket) {
    namespace http = boost::beast::http;
    boost::beast::flat_buffer buffer;
    boost::system::error_code problem;
    while (true) {
      request asked;
      http::read(socket, buffer, asked, problem);
      if (problem) break;
      {
        std::lock_guard lock(mutex_);
        targets_.emplace_back(asked.target());
      }
      auto const decided = how_(asked);
      using what = fate::what;
      if (decided.kind == what::hang) {
        char byte;
        socket.read_some(boost::asio::buffer(&byte, 1), problem);  // until the client has had enough
        break;
      }
      if (decided.kind == what::cut) break;
      if (decided.kind == what::cut_in_the_middle) {
        boost::asio::write(
            socket, boost::asio::buffer(std::string("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"b")),
            problem);
        break;
      }
      response reply;
      reply.version(11);
      if (decided.kind == what::answer) {
        reply.result(decided.status);
        reply.body() = decided.body;
        if (!decided.retry_after.empty()) reply.set(http::field::retry_after, decided.retry_after);
      } else {
        auto const answer = service_.handle(std::string(asked.method_string()), std::string(asked.target()),
                                            std::string(asked[http::field::authorization]), asked.body());
        reply.result(answer.status);
        reply.body() = answer.body;
      }
      reply.keep_alive(true);
      reply.prepare_payload();
      http::write(socket, reply, problem);
      if (problem || decided.kind == what::close_after) break;
    }
    std::lock_guard lock(mutex_);
    socket.shutdown(tcp::socket::shutdown_both, problem);
    socket.close(problem);
  }

  register_service& service_;
  judge how_;
  boost::asio::io_context context_;
  tcp::acceptor acceptor_;
  std::thread acceptor_thread_;
  std::mutex mutex_;
  bool stopping_ = false;
  std::list<std::shared_ptr<tcp::socket>> sockets_;
  std::list<std::thread> threads_;
  std::vector<std::string> targets_;
};

}  // namespace uploadproto::reference::test

#endif
