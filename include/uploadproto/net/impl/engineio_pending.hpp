// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_IMPL_ENGINEIO_PENDING_HPP
#define UPLOADPROTO_NET_IMPL_ENGINEIO_PENDING_HPP

#include <uploadproto/net/engineio_server.hpp>

#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace uploadproto::net {

/** A GET that waits for something to send. The request's coroutine sleeps on `wake`. */
struct engineio_connection::pending_poll {
  explicit pending_poll(boost::asio::io_context& context) : wake(context.get_executor()) {
    wake.expires_at(std::chrono::steady_clock::time_point::max());
  }
  void answer(std::string text) {
    body = std::move(text);
    wake.cancel();
  }

  loop_timer wake;
  std::optional<std::string> body;  // empty after waking: the client went away
  bool watching = true;             // the connection is watched for its end
};

/** A POST whose body is arriving. */
struct engineio_connection::pending_post {
  void give_up() {
    given_up = true;
    if (cancel) cancel();
  }

  std::function<void()> cancel;  // stops the reading of the body
  bool given_up = false;
};

}  // namespace uploadproto::net

#endif
