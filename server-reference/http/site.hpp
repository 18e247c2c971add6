// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_SITE_HPP
#define UPLOADPROTO_REFERENCE_HTTP_SITE_HPP

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "http/bearer_auth.hpp"
#include "http/cors.hpp"
#include "http/net.hpp"
#include "http/router.hpp"

namespace uploadproto::reference::http {

/** A request whose header alone has been read. */
using head_parser = beast::http::request_parser<beast::http::empty_body>;

/** How long and how large a client may be. */
struct connection_limits {
  std::size_t max_header_bytes = 16 * 1024;  ///< 431 beyond; a token may take 8 KiB of it (JW-4)
  std::size_t max_connections = 20'000;      ///< of one listener; further ones are closed at once
  std::chrono::milliseconds header_timeout{
      10'000};  ///< from the first byte, or from the connection's beginning
  std::chrono::milliseconds keep_alive_timeout{75'000};  ///< between requests
  std::chrono::milliseconds body_timeout{30'000};        ///< for every 64 KiB that come in
  std::chrono::milliseconds write_timeout{30'000};       ///< for every piece that goes out
  std::chrono::milliseconds linger_timeout{30'000};      ///< to let a refused sender read why
};

/** What became of a connection that was lent to the sockets' server. */
enum class lent : unsigned char { keep_alive, closed, taken };

/** What a site's refusals say. @param code stable, for programs. @param message a sentence */
using error_body =
    std::function<boost::json::value(status code_of_answer, std::string_view code, std::string_view message)>;

/** The sockets of this site: requests that it claims are its own from the header on. */
struct socket_endpoint {
  std::function<bool(std::string_view target)> handles;
  /** `taken`: the stream was moved from. */
  std::function<awaitable<lent>(stream_type& stream, beast::flat_buffer& buffer, head_parser& head)> serve;
};

/** What one listener serves. Outlives its connections. */
struct site {
  std::string name;  ///< for the log
  router routes;
  std::optional<bearer_auth> auth;  ///< needed by routes with access::bearer
  cors cross_origin;
  std::optional<socket_endpoint> sockets;
  connection_limits limits;
  error_body errors{};  ///< unset: as error_reply() has them
};

}  // namespace uploadproto::reference::http

#endif
