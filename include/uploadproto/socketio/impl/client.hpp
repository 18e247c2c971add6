// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SOCKETIO_IMPL_CLIENT_HPP
#define UPLOADPROTO_SOCKETIO_IMPL_CLIENT_HPP

#include <uploadproto/socketio/server.hpp>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <vector>

namespace uploadproto::socketio {

/** What the server keeps of one connection. */
struct server::client final : net::engineio_handler::per_connection {
  client(session::socketio_server_options const& options, std::chrono::steady_clock::time_point now)
      : protocol(options, now) {}
  std::chrono::steady_clock::time_point deadline() const override { return protocol.deadline(); }

  static client& of(net::engineio_connection& connection) { return static_cast<client&>(*connection.data); }
  socket_ptr find(std::string_view nsp) const {
    for (auto const& each : sockets)
      if (each->nsp().name() == nsp) return each;
    return nullptr;
  }
  void forget(socket const& gone) {
    std::erase_if(sockets, [&](socket_ptr const& each) { return each.get() == &gone; });
  }

  session::socketio_server protocol;
  std::vector<socket_ptr> sockets;
};

}  // namespace uploadproto::socketio

#endif
