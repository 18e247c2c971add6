// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_REGISTER_HTTP_REGISTER_STATE_HPP
#define UPLOADPROTO_REFERENCE_REGISTER_HTTP_REGISTER_STATE_HPP

#include <boost/asio/io_context.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <uploadproto/net/client_stream.hpp>
#include <uploadproto/net/client_url.hpp>
#include <vector>

#include "register/hourly_limit.hpp"
#include "register/http_register.hpp"
#include "register/register_connection.hpp"

namespace uploadproto::reference {

/** The connections of one look-up at a time, and the loop that they live on. */
struct register_fleet {
  boost::asio::io_context context{1};
  std::vector<std::shared_ptr<register_connection>> connections;

  ~register_fleet() {
    for (auto const& connection : connections) connection->close();
  }
};

/** What all look-ups of a register have in common. The first block is constant; the rest is behind `mutex`.
 */
struct http_register::shared {
  using clock = std::chrono::steady_clock;

  http_register_options options;
  net::client_url url;
  net::client_tls tls;
  std::string path;  ///< of `url`, without a slash at its end

  std::mutex mutex;
  hourly_limit limit{0};
  std::string token;  ///< empty: none
  clock::time_point token_ends{};
  clock::time_point paused_until{};  ///< the register said 429
  unsigned failures = 0;             ///< in a row
  clock::time_point out_of_reach_until{};
  std::vector<std::unique_ptr<register_fleet>> idle;
};

}  // namespace uploadproto::reference

#endif
