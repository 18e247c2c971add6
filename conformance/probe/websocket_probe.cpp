// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "probe/websocket_probe.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <deque>

#include "probe/dial.hpp"
#include "probe/sleep.hpp"

namespace uploadproto::conformance {

namespace websocket = boost::beast::websocket;
namespace http = boost::beast::http;

/** What the probe knows, and what the connection can do. */
class websocket_probe::impl {
 public:
  struct order {  // something to be written
    enum class kind : std::uint8_t { text, binary, ping, close } what;
    std::string bytes;
    std::uint16_t code = 0;
  };

  impl(world& w, std::string name) : home(w), who(std::move(name)), wake(w.loop()), go_on(w.loop()) {}
  virtual ~impl() = default;
  virtual void cut() = 0;

  void push(order o) {
    if (now == state::refused || now == state::closed) return;
    orders.push_back(std::move(o));
    wake.cancel();
  }

  void end(state how) {
    if (now == state::refused || now == state::closed) return;
    now = how;
    closed_at = clock::now();
    home.wire().add(who, trace::direction::note, summary());
    wake.cancel();
    go_on.cancel();
    if (ended) ended();
  }

  std::string summary() const {
    switch (now) {
      case state::connecting:
        return "still connecting";
      case state::open:
        return "open";
      case state::refused:
        return refusal_status ? "refused with status " + std::to_string(refusal_status) + ' ' + refusal_body
                              : "refused: " + failure;
      case state::closed:
        break;
    }
    return close_code ? "closed with code " + std::to_string(close_code) : "closed without a close frame";
  }

  void take(message m) {
    home.wire().add(who, trace::direction::received,
                    m.binary ? std::to_string(m.text.size()) + " bytes" : m.text);
    received.push_back(std::move(m));
    if (told) told(message(received.back()));  // a copy: `told` may send, close or look
  }

  world& home;
  std::string who;
  state now = state::connecting;
  unsigned refusal_status = 0;
  std::string refusal_body, failure;
  std::uint16_t close_code = 0;
  clock::time_point closed_at{};
  std::vector<message> received;
  std::size_t pings = 0, pongs = 0;
  std::string last_pong;
  std::function<void(message const&)> told;
  std::function<void()> ended;
  std::deque<order> orders;
  net::steady_timer wake, go_on;
  bool paused = false, closing = false;
};

namespace {

using impl = websocket_probe::impl;
using state = websocket_probe::state;

template <class Stream>
class connection final : public impl, public std::enable_shared_from_this<connection<Stream>> {
 public:
  template <class... Arguments>
  connection(world& w, std::string name, Arguments&&... arguments)
      : impl(w, std::move(name)), socket_(w.loop().get_executor(), std::forward<Arguments>(arguments)...) {}

  void run(web_url url, http_fields headers) {
    net::co_spawn(
        home.loop(),
        [self = this->shared_from_this(), url = std::move(url), headers = std::move(headers)] {
          return self->live(url, headers);
        },
        net::detached);
  }

  void cut() override {
    home.wire().add(who, trace::direction::note, "cut");
    boost::system::error_code ignored;
    auto& tcp = boost::beast::get_lowest_layer(socket_).socket();
    tcp.set_option(net::socket_base::linger(true, 0), ignored);
    tcp.close(ignored);
    end(state::closed);
  }

 private:
  net::awaitable<void> live(web_url url, http_fields headers) {
    try {
      co_await connect(url, headers);
    } catch (boost::system::system_error const& e) {
      failure = e.code().message();
      end(state::refused);
      co_return;
    }
    if (now != state::connecting) co_return;
    now = state::open;
    net::co_spawn(
        home.loop(), [self = this->shared_from_this()] { return self->write(); }, net::detached);
    co_await read();
  }

  net::awaitable<void> connect(web_url const& url, http_fields const& headers) {
    co_await dial(socket_.next_layer(), url);
    boost::beast::get_lowest_layer(socket_).expires_never();
    socket_.set_option(websocket::stream_base::decorator([&headers](websocket::request_type& request) {
      for (auto const& [name, value] : headers) request.set(name, value);
    }));
    socket_.read_message_max(16 << 20);
    socket_.control_callback(
        [this](websocket::frame_type kind, boost::beast::string_view payload) { seen(kind, payload); });
    websocket::response_type answer;
    boost::system::error_code error;
    co_await socket_.async_handshake(answer, url.authority(), url.target,
                                     net::redirect_error(net::use_awaitable, error));
    if (!error) co_return;
    if (error == websocket::error::upgrade_declined) refused_by(answer);
    throw boost::system::system_error(error);
  }

  void refused_by(websocket::response_type const& answer) {
    refusal_status = answer.result_int();
    refusal_body = answer.body().substr(0, 400);
  }

  void seen(websocket::frame_type kind, boost::beast::string_view payload) {
    if (kind == websocket::frame_type::ping) ++pings;
    if (kind == websocket::frame_type::pong) {
      ++pongs;
      last_pong = payload;
    }
    if (kind == websocket::frame_type::close) return;
    home.wire().add(
        who, trace::direction::received,
        (kind == websocket::frame_type::ping ? "ping frame " : "pong frame ") + std::string(payload));
  }

  net::awaitable<void> read() {
    for (;;) {
      while (paused && now == state::open) co_await sleep_until_woken(go_on);
      boost::beast::flat_buffer buffer;
      boost::system::error_code error;
      co_await socket_.async_read(buffer, net::redirect_error(net::use_awaitable, error));
      if (error) {
        if (closing && error != websocket::error::closed) co_return;  // the closing handshake takes over
        if (error == websocket::error::closed) close_code = socket_.reason().code;
        end(state::closed);
        co_return;
      }
      take({clock::now(), socket_.got_binary(), boost::beast::buffers_to_string(buffer.data())});
    }
  }

  net::awaitable<void> write() {
    while (now == state::open) {
      if (orders.empty()) {
        co_await sleep_until_woken(wake);
        continue;
      }
      order const next = std::move(orders.front());
      orders.pop_front();
      boost::system::error_code error;
      co_await perform(next, error);
      if (error) co_return;  // the reader sees the end
    }
  }

  net::awaitable<void> perform(order const& next, boost::system::error_code& error) {
    auto const token = [&error] { return net::redirect_error(net::use_awaitable, error); };
    switch (next.what) {
      case order::kind::text:
      case order::kind::binary:
        socket_.binary(next.what == order::kind::binary);
        co_await socket_.async_write(net::buffer(next.bytes), token());
        break;
      case order::kind::ping:
        co_await socket_.async_ping(websocket::ping_data(next.bytes), token());
        break;
      case order::kind::close:
        closing = true;
        co_await socket_.async_close(websocket::close_reason(next.code), token());
        if (now == state::open) close_code = socket_.reason().code;
        end(state::closed);
        break;
    }
  }

  websocket::stream<Stream> socket_;
};

template <class Stream, class... Arguments>
std::shared_ptr<impl> connected(world& w, std::string who, web_url url, http_fields headers,
                                Arguments&&... arguments) {
  auto made = std::make_shared<connection<Stream>>(w, std::move(who), std::forward<Arguments>(arguments)...);
  made->run(std::move(url), std::move(headers));
  return made;
}

}  // namespace

websocket_probe::websocket_probe(world& w, std::string who, std::string url, http_fields headers) {
  w.wire().add(who, trace::direction::note, "opens " + url);
  web_url const where = read_url(url);
  impl_ = where.tls
              ? connected<tls_stream>(w, std::move(who), where, std::move(headers), trusted_authorities())
              : connected<plain_stream>(w, std::move(who), where, std::move(headers));
}
websocket_probe::~websocket_probe() = default;
websocket_probe::websocket_probe(websocket_probe&&) noexcept = default;
websocket_probe& websocket_probe::operator=(websocket_probe&&) noexcept = default;

websocket_probe::state websocket_probe::now() const noexcept {
  return impl_->now;
}
unsigned websocket_probe::refusal_status() const noexcept {
  return impl_->refusal_status;
}
std::string const& websocket_probe::refusal_body() const noexcept {
  return impl_->refusal_body;
}
std::uint16_t websocket_probe::close_code() const noexcept {
  return impl_->close_code;
}
clock::time_point websocket_probe::closed_at() const noexcept {
  return impl_->closed_at;
}
std::vector<websocket_probe::message> const& websocket_probe::received() const noexcept {
  return impl_->received;
}
std::size_t websocket_probe::pings() const noexcept {
  return impl_->pings;
}
std::size_t websocket_probe::pongs() const noexcept {
  return impl_->pongs;
}
std::string const& websocket_probe::last_pong() const noexcept {
  return impl_->last_pong;
}
std::string websocket_probe::summary() const {
  return impl_->summary();
}

void websocket_probe::on_message(std::function<void(message const&)> told) {
  impl_->told = std::move(told);
}
void websocket_probe::on_end(std::function<void()> ended) {
  impl_->ended = std::move(ended);
}

void websocket_probe::send(std::string text, bool binary) {
  impl_->home.wire().add(impl_->who, trace::direction::sent,
                         binary ? std::to_string(text.size()) + " bytes" : text);
  impl_->push({binary ? impl::order::kind::binary : impl::order::kind::text, std::move(text)});
}
void websocket_probe::ping(std::string payload) {
  impl_->home.wire().add(impl_->who, trace::direction::sent, "ping frame " + payload);
  impl_->push({impl::order::kind::ping, std::move(payload)});
}
void websocket_probe::close(std::uint16_t code) {
  impl_->home.wire().add(impl_->who, trace::direction::sent, "close frame " + std::to_string(code));
  impl_->push({impl::order::kind::close, {}, code});
}
void websocket_probe::cut() {
  impl_->cut();
}
void websocket_probe::pause() {
  impl_->paused = true;
}
void websocket_probe::resume() {
  impl_->paused = false;
  impl_->go_on.cancel();
}

}  // namespace uploadproto::conformance
