// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_NET_RUNNING_SERVER_HPP
#define UPLOADPROTO_TESTS_NET_RUNNING_SERVER_HPP

#include <boost/json/value_to.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <uploadproto/socketio/server.hpp>
#include <vector>

#include "loopback.hpp"

namespace uploadproto::net::test {

namespace json = boost::json;

/** A Socket.IO server on a loop of its own, with handlers for what tests ask of it. */
struct running_server {
  explicit running_server(socketio::server_options options = {}) {
    loop.on_loop([&] {
      io = std::make_unique<socketio::server>(loop.context, options);
      auto& nsp = io->of("/");
      nsp.use([](socketio::socket&, json::object const& auth, socketio::connect_decision decide) {
        if (auto const* deny = auth.if_contains("deny"))
          return decide(socketio::connect_error{json::value_to<std::string>(*deny), {{"why", 1}}});
        decide(std::nullopt);
      });
      nsp.on("echo",
             [](socketio::socket& s, socketio::event const& e) { s.emit("echo", e.args, e.attachments); });
      nsp.on("ack", [](socketio::socket&, socketio::event const& e) {
        e.ack(e.args, e.attachments);
        e.ack({"again"});
      });
      nsp.on("join", [](socketio::socket& s, socketio::event const& e) {
        s.join(e.args.at(0).as_string());
        e.ack();
      });
      nsp.on("leave-me", [](socketio::socket& s, socketio::event const&) { s.disconnect(); });
      nsp.on("close-me", [](socketio::socket& s, socketio::event const&) { s.disconnect(true); });
      nsp.on("ask", [](socketio::socket& s, socketio::event const& e) {
        s.async_emit("question", e.args, std::chrono::milliseconds(50),
                     [self = socketio::socket_ptr(&s)](error_code ec, socketio::ack_reply reply) {
                       self->emit("asked", {ec ? json::value(ec.message()) : json::value(reply.args)});
                     });
      });
      nsp.on_disconnect([this](socketio::socket&, socketio::disconnect_reason reason) {
        std::lock_guard lock(mutex);
        reasons.emplace_back(reason);
        left.notify_all();
      });
      io->of("/custom");
      endpoint = io->listen({asio::ip::make_address("127.0.0.1"), 0}).value();
    });
  }
  ~running_server() {
    loop.stop();
    io.reset();
  }
  std::string wait_reason() {
    std::unique_lock lock(mutex);
    if (!left.wait_for(lock, std::chrono::seconds(5), [&] { return !reasons.empty(); })) return "nobody left";
    auto reason = reasons.front();
    reasons.erase(reasons.begin());
    return reason;
  }
  raw_client client() { return raw_client(endpoint); }
  /** Whether the server serves still: somebody new is answered. */
  bool lives() {
    auto c = joined();
    c.send_text("42[\"echo\"]");
    return c.frame() == "text:42[\"echo\"]";
  }
  /** A client on WebSocket that has joined "/". */
  raw_client joined() {
    raw_client c(endpoint);
    c.upgrade(ws);
    c.frame();
    c.send_text("40");
    c.frame();
    return c;
  }

  static constexpr char const* ws = "/socket.io/?EIO=4&transport=websocket";
  static constexpr char const* polling = "/socket.io/?EIO=4&transport=polling";
  std::mutex mutex;
  std::condition_variable left;
  std::vector<std::string> reasons;
  asio::ip::tcp::endpoint endpoint;
  std::unique_ptr<socketio::server> io;
  loop_thread loop;
};

inline bool starts(std::string const& text, std::string_view with) {
  return text.rfind(with, 0) == 0;
}

}  // namespace uploadproto::net::test

#endif
