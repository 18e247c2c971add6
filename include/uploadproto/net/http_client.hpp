// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_HTTP_CLIENT_HPP
#define UPLOADPROTO_NET_HTTP_CLIENT_HPP

#include <array>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/net/client_stream.hpp>
#include <uploadproto/net/client_url.hpp>
#include <vector>

namespace uploadproto::net {

using http_response_parser = boost::beast::http::response_parser<boost::beast::http::string_body>;

/** Feeds bytes to a response parser, which takes what it understands from their front.
    @return an error of the parser; none while it only needs more. */
UPLOADPROTO_DECL error_code put_response(http_response_parser& parser, std::string& bytes);

struct http_answer {
  int status = 0;
  std::string body{};
  std::vector<std::string> set_cookies{};  ///< the values of its Set-Cookie fields
};

/** Bounds of one answer. */
struct http_limits {
  std::size_t max_body = 16u << 20;
  std::chrono::milliseconds timeout{0};  ///< from the request to the end of its answer; 0: none
};

/** One request after the other over a connection that is kept while the server keeps it.

    Redirects are not followed: headers with credentials go to the configured host and nowhere else. Owned by
    `shared_ptr`. */
class http_client : public std::enable_shared_from_this<http_client> {
 public:
  using answered = std::function<void(error_code, http_answer)>;

  http_client(boost::asio::any_io_executor const& executor, client_url const& url, client_route route,
              http_limits limits);

  /** Sends a request (head and body as they go on the wire) and reads the answer. One at a time.

      A kept connection that turns out to be closed is replaced once, if the request may be repeated. */
  void request(std::string text, bool repeatable, answered done);

  /** Closes the connection; the request under way is not answered. */
  void stop();

 private:
  using clock = std::chrono::steady_clock;

  void start();
  void send();
  void read();
  void received(error_code error, std::size_t count);
  void finish(error_code error);
  void arm_timer();

  boost::asio::any_io_executor executor_;
  client_url url_;
  client_route route_;
  http_limits limits_;
  boost::asio::steady_timer timer_;
  std::uint64_t requests_ = 0;  // so that a timer that fired late does not hit the next one
  std::shared_ptr<client_stream> stream_;
  std::optional<http_response_parser> parser_;
  std::array<char, 8192> chunk_{};
  std::string unparsed_;
  std::string text_;
  answered done_;
  clock::time_point last_used_{};
  bool repeatable_ = false;
  bool reused_ = false;
};

}  // namespace uploadproto::net

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/net/impl/http_client.ipp>
#endif

#endif
