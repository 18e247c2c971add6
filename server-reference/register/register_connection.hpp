// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_REGISTER_REGISTER_CONNECTION_HPP
#define UPLOADPROTO_REFERENCE_REGISTER_REGISTER_CONNECTION_HPP

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <uploadproto/net/client_stream.hpp>
#include <uploadproto/net/client_url.hpp>
#include <uploadproto/net/http_client.hpp>
#include <uploadproto/result.hpp>

#include "register/register_reply.hpp"

namespace uploadproto::reference {

/** One connection to the register, kept alive from request to request and made anew when it is gone.

    Every request is bounded in time: connecting by one time, the whole exchange after it by another.
   Redirects are not followed, because the token is for the configured host. Belongs to one `io_context` and
   its thread. */
class register_connection : public std::enable_shared_from_this<register_connection> {
 public:
  using answered = std::function<void(error_code, register_reply)>;

  struct times {
    std::chrono::milliseconds connect{5'000};
    std::chrono::milliseconds request{10'000};
  };

  register_connection(boost::asio::io_context& context, net::client_url url, net::client_tls tls,
                      times limits);

  /** Sends one request and reads its answer; one at a time. A time that runs out is
      `boost::asio::error::timed_out`. A kept connection that turns out to be closed is replaced once. */
  void exchange(std::string request, answered done);

  /** `done` is not called any more. */
  void close();

 private:
  void start();
  void send();
  void read();
  void received(error_code error, std::size_t count);
  void finish(error_code error);
  void limit(std::chrono::milliseconds time);
  void drop();

  boost::asio::io_context& context_;
  net::client_url url_;
  net::client_tls tls_;
  times limits_;
  boost::asio::steady_timer timer_;
  std::shared_ptr<net::client_stream> stream_;
  std::optional<net::http_response_parser> parser_;
  std::array<char, 4096> chunk_{};
  std::string unparsed_;
  std::string request_;
  answered done_;
  bool reused_ = false;
};

}  // namespace uploadproto::reference

#endif
