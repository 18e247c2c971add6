// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_NET_CLIENT_PEER_HPP
#define UPLOADPROTO_TESTS_NET_CLIENT_PEER_HPP

/** @file
    The other end of a client under test: a server that does exactly what the test's coroutine says. */
#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <uploadproto/wire/websocket.hpp>
#include <utility>
#include <vector>

namespace uploadproto::net::test {

namespace asio = boost::asio;
using asio::use_awaitable;
template <class T = void>
using task = asio::awaitable<T>;

inline std::string const handshake_ws =
    R"(0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})";
inline std::string const handshake_upgradable =
    R"(0{"sid":"s","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})";

struct request {
  std::string head, body;
  bool operator==(std::string_view start) const { return head.starts_with(start); }
  [[nodiscard]] bool has(std::string_view part) const { return head.find(part) != std::string::npos; }
  [[nodiscard]] std::string header(std::string_view name) const {
    auto const at = head.find("\r\n" + std::string(name) + ": ");
    if (at == std::string::npos) return {};
    auto const begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

/** One connection of the server. */
class peer {
 public:
  explicit peer(asio::ip::tcp::socket s) : socket_(std::move(s)) {
    socket_.set_option(asio::ip::tcp::no_delay(true));
  }

  task<request> read_request() {
    std::size_t end;
    while ((end = in_.find("\r\n\r\n")) == std::string::npos) co_await read_more();
    request out;
    out.head = in_.substr(0, end + 2);
    in_.erase(0, end + 4);
    auto const length = out.header("Content-Length");
    std::size_t const size = length.empty() ? 0 : std::stoul(length);
    while (in_.size() < size) co_await read_more();
    out.body = in_.substr(0, size);
    in_.erase(0, size);
    co_return out;
  }

  task<> write(std::string bytes) { co_await asio::async_write(socket_, asio::buffer(bytes), use_awaitable); }

  task<> answer(int status, std::string body, std::string headers = {}) {
    std::string text = "HTTP/1.1 " + std::to_string(status) + " X\r\n" + headers +
                       "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    co_await write(std::move(text));
  }

  /** Answers an upgrade request; `with` follows the 101 in the same write. */
  task<> accept_websocket(request const& r, std::string with = {}) {
    std::string text =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        wire::websocket::accept_key(r.header("Sec-WebSocket-Key")) + "\r\n\r\n" + with;
    co_await write(std::move(text));
  }

  static std::string frame(std::string_view text,
                           wire::websocket::opcode op = wire::websocket::opcode::text) {
    std::string out;
    wire::websocket::append_frame(out, op, text);
    return out;
  }
  task<> send(std::string text) { co_await write(frame(text)); }
  task<> send_bytes(std::string bytes) { co_await write(frame(bytes, wire::websocket::opcode::binary)); }

  /** The next message or control frame: `text …`, `binary …`, `ping …`, `close …`; `end` at the end. */
  task<std::string> read_message() {
    for (;;) {
      std::span<char> input(in_.data() + taken_, in_.size() - taken_);
      auto const next = reader_.next(input);
      BOOST_REQUIRE(next.has_value());
      taken_ = in_.size() - input.size();
      if (*next) {
        using wire::websocket::opcode;
        auto const op = (*next)->op;
        std::string const kind = op == opcode::text     ? "text "
                                 : op == opcode::binary ? "binary "
                                 : op == opcode::ping   ? "ping "
                                 : op == opcode::pong   ? "pong "
                                                        : "close ";
        co_return kind + std::string((*next)->data);
      }
      in_.clear();
      taken_ = 0;
      bool const more = co_await try_read();
      if (!more) co_return "end";
    }
  }

  /** Everything that still comes, up to the end of the connection. */
  task<> read_to_end() {
    for (bool more = true; more; in_.clear()) more = co_await try_read();
  }

  void close() { socket_.close(); }

 private:
  task<> read_more() {
    // Not one statement: GCC 12 miscompiles `if (!co_await …) throw`.
    bool const more = co_await try_read();
    if (!more) throw std::runtime_error("the client closed the connection");
  }
  task<bool> try_read() {
    error_code error;
    std::size_t const count =
        co_await socket_.async_read_some(asio::buffer(chunk_), asio::redirect_error(use_awaitable, error));
    in_.append(chunk_.data(), count);
    co_return !error;
  }

  asio::ip::tcp::socket socket_;
  std::array<char, 4096> chunk_{};
  std::string in_;
  std::size_t taken_ = 0;
  wire::websocket::frame_reader::limits limits_{};
  wire::websocket::frame_reader reader_{wire::websocket::role::server, limits_};
};

/** A loop, a listening socket, and the coroutines of a test; `run` waits for all of them. */
class stage {
 public:
  asio::io_context loop;

  [[nodiscard]] std::string url(std::string const& scheme = "http") const {
    return scheme + "://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  }
  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  task<std::unique_ptr<peer>> accept() {
    auto socket = co_await acceptor_.async_accept(use_awaitable);
    co_return std::make_unique<peer>(std::move(socket));
  }
  /** Accepts a WebSocket client up to the Engine.IO handshake. */
  task<std::unique_ptr<peer>> accept_engine() {
    auto client = co_await accept();
    auto const r = co_await client->read_request();
    co_await client->accept_websocket(r, peer::frame(handshake_ws));
    co_return client;
  }
  /** Accepts a WebSocket client up to the answered CONNECT. */
  task<std::unique_ptr<peer>> accept_socket(std::string connect = "text 40") {
    auto client = co_await accept_engine();
    auto const message = co_await client->read_message();
    BOOST_TEST(message == connect);
    co_await client->send(R"(40{"sid":"id"})");
    co_return client;
  }

  template <class Function>
  void play(Function part) {
    ++playing_;
    asio::co_spawn(loop, std::move(part), [this](std::exception_ptr failure) {
      --playing_;
      if (!failure) return;
      try {
        std::rethrow_exception(failure);
      } catch (std::exception const& e) {
        BOOST_ERROR("a part ended with: " << e.what());
      }
    });
  }

  void run() {
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (playing_ > 0 && std::chrono::steady_clock::now() < end) loop.run_one_until(end);
    BOOST_TEST(playing_ == 0, "a part of the test still waits");
  }

 private:
  asio::ip::tcp::acceptor acceptor_{loop, {asio::ip::make_address("127.0.0.1"), 0}};
  int playing_ = 0;
};

}  // namespace uploadproto::net::test

#endif
