// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "probe/engineio_link.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <deque>
#include <uploadproto/wire/base64.hpp>
#include <utility>

#include "probe/web_url.hpp"
#include "probe/websocket_probe.hpp"

namespace uploadproto::conformance {
namespace {

constexpr char separator = '\x1e';

std::string request_url(socketio_options const& o, std::string_view transport, std::string_view sid = {}) {
  std::string url = joined(o.url, o.path) + "?EIO=4&transport=" + std::string(transport);
  if (!sid.empty()) url += "&sid=" + query_value(sid);
  for (auto const& [name, value] : o.query) url += '&' + query_value(name) + '=' + query_value(value);
  return url;
}

class websocket_link final : public engineio_link {
 public:
  websocket_link(world& w, std::string who, socketio_options const& o, listener l, std::string_view sid = {})
      : told_(std::move(l)), socket_(w, std::move(who), request_url(o, "websocket", sid), o.headers) {
    socket_.on_message(
        [this](websocket_probe::message const& m) { m.binary ? told_.bytes(m.text) : told_.packet(m.text); });
    socket_.on_end([this] { told_.ended(socket_.summary()); });
  }

  void send(std::string packet) override { socket_.send(std::move(packet)); }
  void cut() override { socket_.cut(); }
  void pause() override { socket_.pause(); }
  void resume() override { socket_.resume(); }

 private:
  listener told_;
  websocket_probe socket_;
};

/** One GET that waits, one POST at a time. */
class polling_link final : public engineio_link {
 public:
  polling_link(world& w, std::string who, socketio_options const& o, listener l, bool upgrade)
      : world_(w), who_(std::move(who)), options_(o), told_(std::move(l)), upgrade_(upgrade) {
    poll();
  }
  ~polling_link() override { *alive_ = false; }

  void send(std::string packet) override {
    if (socket_ && moved_) return socket_->send(std::move(packet));
    waiting_.push_back(std::move(packet));
    flush();
  }
  void cut() override {
    if (socket_) socket_->cut();
    end("cut");
  }
  void pause() override {
    paused_ = true;
    if (socket_) socket_->pause();
  }
  void resume() override {
    paused_ = false;
    if (socket_) socket_->resume();
    if (!polling_) poll();
  }
  bool upgraded() const noexcept override { return moved_; }

 private:
  void request(http_call call, void (polling_link::*then)(http_reply const&)) {
    begin_request(world_, who_, std::move(call), [this, alive = alive_, then](http_reply const& reply) {
      if (*alive) (this->*then)(reply);
    });
  }

  void poll() {
    if (ended_ || moving_ || paused_) return;
    polling_ = true;
    request({.url = request_url(options_, "polling", sid_), .headers = options_.headers},
            &polling_link::take);
  }

  void take(http_reply const& reply) {
    polling_ = false;
    if (ended_) return;
    if (reply.status != 200) return end(reply.summary());
    std::string_view rest = reply.body;
    while (!rest.empty() && !ended_) {
      std::size_t const end_of_packet = rest.find(separator);
      deliver(rest.substr(0, end_of_packet));
      rest = end_of_packet == rest.npos ? std::string_view() : rest.substr(end_of_packet + 1);
    }
    poll();
    move();
  }

  void deliver(std::string_view packet) {
    if (packet.starts_with('b')) {
      auto bytes = wire::decode_base64(packet.substr(1));
      return bytes ? told_.bytes(*bytes) : told_.packet(packet);
    }
    if (packet.starts_with('0') && sid_.empty()) learn(packet.substr(1));
    if (packet == "1") {
      told_.packet(packet);
      return end("the server has closed");
    }
    told_.packet(packet);
  }

  void learn(std::string_view handshake) {
    boost::system::error_code bad;
    auto const value = boost::json::parse(handshake, bad);
    if (bad || !value.is_object()) return;
    if (auto const* sid = value.as_object().if_contains("sid"); sid && sid->is_string())
      sid_ = std::string(sid->as_string());
    if (upgrade_ && !sid_.empty()) begin_upgrade();
    flush();
  }

  void begin_upgrade() {
    listener probe{.packet = [this](std::string_view packet) { socket_packet(packet); },
                   .bytes = told_.bytes,
                   .ended = [this](std::string const& why) { end(why); }};
    socket_ = std::make_unique<websocket_link>(world_, who_ + "/upgrade", options_, probe, sid_);
    socket_->send("2probe");
  }

  void socket_packet(std::string_view packet) {
    if (packet != "3probe") return told_.packet(packet);
    moving_ = true;
    move();
  }

  /** Goes over once nothing is under way on the old transport; the server ends the poll that waits. */
  void move() {
    if (!moving_ || moved_ || polling_ || posting_ || ended_) return;
    moved_ = true;
    socket_->send("5");
    for (; !waiting_.empty(); waiting_.pop_front()) socket_->send(std::move(waiting_.front()));
  }

  void flush() {
    if (posting_ || ended_ || sid_.empty() || waiting_.empty() || moving_) return;
    std::string body;
    for (; !waiting_.empty(); waiting_.pop_front()) {
      if (!body.empty()) body += separator;
      body += waiting_.front();
    }
    posting_ = true;
    http_call call{.method = "POST",
                   .url = request_url(options_, "polling", sid_),
                   .headers = options_.headers,
                   .body = std::move(body)};
    call.headers.emplace_back("Content-Type", "text/plain;charset=UTF-8");
    request(std::move(call), &polling_link::posted);
  }

  void posted(http_reply const& reply) {
    posting_ = false;
    if (reply.status != 200) return end(reply.summary());
    flush();
    move();
  }

  void end(std::string const& why) {
    if (std::exchange(ended_, true)) return;
    told_.ended(why);
  }

  world& world_;
  std::string who_;
  socketio_options options_;
  listener told_;
  bool upgrade_;
  std::string sid_;
  std::deque<std::string> waiting_;
  std::unique_ptr<websocket_link> socket_;
  bool polling_ = false, posting_ = false, moving_ = false, moved_ = false, ended_ = false, paused_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace

std::unique_ptr<engineio_link> open_websocket_link(world& w, std::string who, socketio_options const& o,
                                                   engineio_link::listener l) {
  return std::make_unique<websocket_link>(w, std::move(who), o, std::move(l));
}

std::unique_ptr<engineio_link> open_polling_link(world& w, std::string who, socketio_options const& o,
                                                 engineio_link::listener l, bool upgrade) {
  return std::make_unique<polling_link>(w, std::move(who), o, std::move(l), upgrade);
}

}  // namespace uploadproto::conformance
