// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_HTTP_HTTP_LINK_HPP
#define UPLOADPROTO_CLI_HTTP_HTTP_LINK_HPP

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <uploadproto/result.hpp>

#include "cli/server_url.hpp"

namespace uploadproto::cli {

/** A byte stream to a server, with or without TLS: the one place that knows which. */
class http_link {
 public:
  virtual ~http_link() = default;

  /** At least one byte. @param error set instead of throwing; `eof` at the end */
  virtual boost::asio::awaitable<std::size_t> read_some(boost::asio::mutable_buffer, error_code& error) = 0;
  virtual boost::asio::awaitable<void> write(boost::asio::const_buffer, error_code& error) = 0;

  /** Resolves, connects and, for https, verifies the server's certificate and name. Unbounded in time: the
      caller cancels. */
  static boost::asio::awaitable<std::unique_ptr<http_link>> connect(server_url const&,
                                                                    boost::asio::ssl::context&,
                                                                    error_code& error);
};

}  // namespace uploadproto::cli

#endif
