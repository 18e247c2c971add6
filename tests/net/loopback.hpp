// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_NET_LOOPBACK_HPP
#define UPLOADPROTO_TESTS_NET_LOOPBACK_HPP

#include <poll.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <uploadproto/wire/websocket.hpp>
#include <utility>

namespace uploadproto::net::test {

namespace asio = boost::asio;

/** An event loop on a thread of its own; what must run on it is given to `on_loop`. */
class loop_thread {
 public:
  loop_thread() : work_(asio::make_work_guard(context)), thread_([this] { context.run(); }) {}
  ~loop_thread() { stop(); }
  void stop() {
    if (!thread_.joinable()) return;
    work_.reset();
    context.stop();
    thread_.join();
  }
  template <class F>
  auto on_loop(F&& f) {
    using R = decltype(f());
    std::packaged_task<R()> task(std::forward<F>(f));
    auto done = task.get_future();
    asio::post(context, [&] { task(); });
    return done.get();
  }
  asio::io_context context{1};

 private:
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::thread thread_;
};

inline std::string body(std::string const& answer) {
  return answer.substr(answer.find("\r\n\r\n") + 4);
}
/** The session's id in an Engine.IO handshake, or the socket's in the answer to CONNECT. */
inline std::string sid_of(std::string const& open) {
  auto const at = open.find("\"sid\":\"") + 7;
  return open.substr(at, open.find('"', at) - at);
}

/** A client of raw bytes with blocking calls; a call that takes longer than five seconds fails the test. */
class raw_client {
 public:
  explicit raw_client(asio::ip::tcp::endpoint server)
      : context_(std::make_unique<asio::io_context>()), socket(*context_) {
    socket.connect(server);
  }
  void send(std::string const& bytes) { asio::write(socket, asio::buffer(bytes)); }

  /** One HTTP answer with its body (by Content-Length). */
  std::string answer() {
    auto const end = fill_until("\r\n\r\n");
    std::string head = take(end + 4);
    std::size_t length = 0;
    auto at = head.find("Content-Length: ");
    if (at != std::string::npos) length = std::stoul(head.substr(at + 16));
    while (buffer_.size() < length) fill();
    return head + take(length);
  }
  std::string get(std::string const& target, std::string const& headers = {}) {
    send("GET " + target + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n");
    return answer();
  }
  std::string post(std::string const& target, std::string const& body, std::string const& headers = {}) {
    send("POST " + target +
         " HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain;charset=UTF-8\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body);
    return answer();
  }
  std::string upgrade(std::string const& target, std::string const& headers = {}) {
    send("GET " + target +
         " HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
         headers + "\r\n");
    return answer();
  }
  void send_text(std::string_view text) {
    std::string frame;
    wire::websocket::append_masked_frame(frame, wire::websocket::opcode::text, text, 0x12345678u);
    send(frame);
  }
  /** The next frame, as `text:…`, `binary:…`, `close:CODE`, `ping:…`; `eof` at the end of the stream. */
  std::string frame() {
    for (;;) {
      std::span<char> input(buffer_);
      auto const before = input.size();
      auto const message = reader_.next(input);
      std::string said;
      if (!message) return "error:" + message.error().message();
      if (*message) {
        auto const& m = **message;
        using wire::websocket::opcode;
        if (m.op == opcode::close) {
          auto const why = wire::websocket::decode_close(m.data);
          said = "close:" + std::to_string(why ? static_cast<int>(why->code) : 0);
        } else {
          said = (m.op == opcode::text     ? "text:"
                  : m.op == opcode::binary ? "binary:"
                  : m.op == opcode::ping   ? "ping:"
                                           : "pong:") +
                 std::string(m.data);
        }
      }
      buffer_.erase(0, before - input.size());
      if (*message) return said;
      if (!try_fill()) return "eof";
    }
  }
  /** All that still comes, up to the end of the stream. */
  std::string rest() {
    at_end();
    return std::exchange(buffer_, {});
  }
  /** Whether the peer has ended the stream, after reading whatever it still sends. */
  bool at_end() {
    while (try_fill()) {
    }
    return true;
  }

  std::unique_ptr<asio::io_context> context_;
  asio::ip::tcp::socket socket;

 private:
  bool try_fill() {
    // Not SO_RCVTIMEO, which Asio's own waiting ignores.
    pollfd ready{socket.native_handle(), POLLIN, 0};
    if (poll(&ready, 1, 5000) == 0) throw std::runtime_error("no answer within five seconds");
    char chunk[4096];
    boost::system::error_code ec;
    auto const n = socket.read_some(asio::buffer(chunk), ec);
    if (ec == asio::error::eof || ec == asio::error::connection_reset) return false;
    if (ec) throw std::runtime_error("reading failed: " + ec.message());
    buffer_.append(chunk, n);
    return true;
  }
  void fill() {
    if (!try_fill()) throw std::runtime_error("the connection ended");
  }
  std::size_t fill_until(std::string const& mark) {
    for (;;) {
      auto const at = buffer_.find(mark);
      if (at != std::string::npos) return at;
      fill();
    }
  }
  std::string take(std::size_t n) {
    auto taken = buffer_.substr(0, n);
    buffer_.erase(0, n);
    return taken;
  }

  std::string buffer_;
  static inline wire::websocket::frame_reader::limits const limits_{10'000'000, 4096};
  wire::websocket::frame_reader reader_{wire::websocket::role::client, limits_};
};

}  // namespace uploadproto::net::test

#endif
