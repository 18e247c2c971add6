// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "server_side.hpp"

#include <uploadproto/socketio/server.hpp>

#include "require.hpp"

namespace uploadproto::no_exceptions {

namespace ip = boost::asio::ip;

struct server_side::state {
  explicit state(boost::asio::io_context& loop) : io(loop) {}
  socketio::server io;
};

server_side::server_side(boost::asio::io_context& loop) : state_(std::make_unique<state>(loop)) {
  state_->io.of("/").on("hello",
                        [](socketio::socket&, socketio::event const& e) { e.ack(e.args, e.attachments); });
  state_->io.of("/closed").use(
      [](socketio::socket&, boost::json::object const&, socketio::connect_decision decide) {
        decide(socketio::connect_error{"not you", {}});
      });
}

server_side::~server_side() = default;

unsigned short server_side::listen() {
  auto const endpoint = state_->io.listen({ip::address_v4::loopback(), 0});
  require(endpoint.has_value(), "listening");
  return endpoint->port();
}

bool server_side::refuses_port(unsigned short port) {
  return state_->io.listen({ip::address_v4::loopback(), port}).has_error();
}

void server_side::close() {
  state_->io.close();
}

}  // namespace uploadproto::no_exceptions
