// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "client/accepted_websocket.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>
#include <utility>

#include "probe/sleep.hpp"

namespace uploadproto::conformance {
namespace {

namespace net = boost::asio;
namespace websocket = boost::beast::websocket;

class accepted_websocket final : public carrier, public std::enable_shared_from_this<accepted_websocket> {
 public:
  accepted_websocket(world& w, std::string who, boost::beast::tcp_stream stream, listener told)
      : world_(w),
        who_(std::move(who)),
        told_(std::move(told)),
        socket_(std::move(stream)),
        wake_(socket_.get_executor()) {}

  void run(client_request request) {
    net::co_spawn(
        socket_.get_executor(),
        [self = shared_from_this(), request = std::move(request)]() { return self->live(request); },
        net::detached);
  }

  void send(std::string text) override { push({order::kind::text, std::move(text)}); }
  void ping() override { push({order::kind::ping, {}}); }
  void close(std::uint16_t code) override { push({order::kind::close, {}, code}); }

  void cut() override {
    world_.wire().add(who_, trace::direction::note, "cut");
    boost::system::error_code ignored;
    auto& tcp = boost::beast::get_lowest_layer(socket_).socket();
    tcp.set_option(net::socket_base::linger(true, 0), ignored);
    tcp.close(ignored);
    end("cut");
  }

  std::string_view name() const noexcept override { return "websocket"; }

 private:
  struct order {
    enum class kind : std::uint8_t { text, ping, close } what;
    std::string bytes;
    std::uint16_t code = 0;
  };

  void push(order next) {
    if (over_) return;
    orders_.push_back(std::move(next));
    wake_.cancel();
  }

  void end(std::string const& why) {
    if (std::exchange(over_, true)) return;
    wake_.cancel();
    told_.ended(why);
  }

  net::awaitable<void> live(client_request const& request) {
    boost::beast::get_lowest_layer(socket_).expires_never();
    socket_.read_message_max(16 << 20);
    socket_.control_callback([this](websocket::frame_type kind, boost::beast::string_view) {
      if (kind != websocket::frame_type::close) told_.control(kind == websocket::frame_type::ping);
    });
    boost::system::error_code error;
    co_await socket_.async_accept(request, net::redirect_error(net::use_awaitable, error));
    if (error) {
      end("no handshake: " + error.message());
      co_return;
    }
    net::co_spawn(
        socket_.get_executor(), [self = shared_from_this()]() { return self->write(); }, net::detached);
    co_await read();
  }

  net::awaitable<void> read() {
    for (;;) {
      boost::beast::flat_buffer buffer;
      boost::system::error_code error;
      co_await socket_.async_read(buffer, net::redirect_error(net::use_awaitable, error));
      if (over_) co_return;
      if (error) {
        end(error == websocket::error::closed ? "closed with code " + std::to_string(socket_.reason().code)
                                              : error.message());
        co_return;
      }
      std::string const message = boost::beast::buffers_to_string(buffer.data());
      socket_.got_text() ? told_.text(message) : told_.bytes(message);
    }
  }

  net::awaitable<void> write() {
    boost::system::error_code error;
    while (!over_ && !error) {
      if (orders_.empty()) {
        co_await sleep_until_woken(wake_);
        continue;
      }
      order const next = std::move(orders_.front());
      orders_.pop_front();
      co_await perform(next, error);
    }
  }

  net::awaitable<void> perform(order const& next, boost::system::error_code& error) {
    auto const token = [&error] { return net::redirect_error(net::use_awaitable, error); };
    if (next.what == order::kind::text) {
      socket_.text(true);
      co_await socket_.async_write(net::buffer(next.bytes), token());
    } else if (next.what == order::kind::ping) {
      websocket::ping_data const nothing;
      co_await socket_.async_ping(nothing, token());
    } else {
      co_await socket_.async_close(websocket::close_reason(next.code), token());
    }
  }

  world& world_;
  std::string who_;
  listener told_;
  websocket::stream<boost::beast::tcp_stream> socket_;
  net::steady_timer wake_;
  std::deque<order> orders_;
  bool over_ = false;
};

}  // namespace

std::shared_ptr<carrier> accept_websocket(world& w, std::string who, boost::beast::tcp_stream stream,
                                          client_request request, carrier::listener told) {
  auto made = std::make_shared<accepted_websocket>(w, std::move(who), std::move(stream), std::move(told));
  made->run(std::move(request));
  return made;
}

}  // namespace uploadproto::conformance
