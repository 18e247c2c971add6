// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// A server's WebSocket from its upgrade to its end, over a transport that takes as much as the script says:
// whatever comes in and however slow the peer is, what goes out are whole frames in the order of their
// writing, nothing follows a close frame, what waits is bounded, and the listener hears of one end.
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <uploadproto/net/link_loop.hpp>
#include <uploadproto/wire/utf8.hpp>
#include <vector>

#include "require.hpp"
#include "steps.hpp"

namespace net = uploadproto::net;
namespace ws = uploadproto::wire::websocket;
using uploadproto::error_code;
using uploadproto::test::require;
using uploadproto::test::steps;

namespace {

constexpr std::size_t max_message = 300, max_backlog = 2000;

class small_loop final : public net::link_loop {
 public:
  explicit small_loop(boost::asio::io_context& context) : link_loop(context) {
    frame_limits_ = {.max_message = max_message, .max_fragments = 4};
    max_backlog_ = max_backlog;
  }
};

/** Reads what the link sends, as its peer would. */
class peer {
 public:
  void wrote(std::uint64_t key, std::string data) { expected_.push_back({key, std::move(data)}); }
  void take(std::string_view bytes) {
    require(!over_ || bytes.empty());
    std::string copy(bytes);
    std::span<char> input(copy);
    for (;;) {
      auto const next = reader_.next(input);
      require(next.has_value());
      if (!*next) return;
      auto const op = (*next)->op;
      if (op == ws::opcode::text) match((*next)->data);
      if (op != ws::opcode::close) continue;
      over_ = true;
      return require(input.empty() && ws::decode_close((*next)->data).has_value());
    }
  }

 private:
  // One with a key may have been replaced by a newer one; all others come.
  void match(std::string_view data) {
    while (!expected_.empty() && expected_.front().data != data) {
      require(expected_.front().key != 0);
      expected_.pop_front();
    }
    require(!expected_.empty());
    expected_.pop_front();
  }

  struct entry {
    std::uint64_t key;
    std::string data;
  };
  static inline ws::frame_reader::limits const limits_{.max_message = 1'000'000};
  ws::frame_reader reader_{ws::role::client, limits_};
  std::deque<entry> expected_;
  bool over_ = false;
};

class scripted_link final : public net::websocket_link {
 public:
  scripted_link(net::link_loop& loop, net::link_listener& listener, peer& other)
      : websocket_link(loop, listener), peer_(other) {}

  bool open() const { return state_ == state::open; }
  bool closed() const { return state_ == state::closed; }
  void arrive(std::string bytes) {
    if (closed() || peer_closed_) return;  // as the transports do: drained unread
    received({bytes.data(), bytes.size()});
  }
  void cut(error_code why) {
    if (!closed()) lost(why);
  }
  void widen(std::size_t by) {
    window_ += by;
    if (writing_ && !closed()) transport_write();
  }

 private:
  void transport_read() override {}
  std::size_t transport_try(std::string_view frames, error_code&) override {
    require(!closed() && !shut_);
    auto const taken = std::min(window_, frames.size());
    window_ -= taken;
    peer_.take(frames.substr(0, taken));
    return taken;
  }
  void transport_write() override {
    error_code none;
    out_.erase(0, transport_try(out_, none));
    if (out_.empty()) return written();
    writing_ = true;
  }
  void transport_shutdown() override { shut_ = true; }
  void transport_close() override { require(closed()); }

  peer& peer_;
  std::size_t window_ = 500;
  bool shut_ = false;
};

/** Does what the first letter of a message asks for, from inside the call. */
class listener final : public net::link_listener {
 public:
  void link_text(net::websocket_link& link, std::string_view text) override {
    require(!ended_ && text.size() <= max_message && uploadproto::wire::is_utf8(text));
    if (text.starts_with('C')) link.close(ws::close_code::no_status);
    if (text.starts_with('A')) link.abort();
    if (text.starts_with('F')) {
      link.forget_listener();
      ended_ = true;
    }
  }
  void link_binary(net::websocket_link&, std::string_view bytes) override {
    require(!ended_ && bytes.size() <= max_message);
  }
  void link_closed(net::websocket_link&, bool) override { require(!std::exchange(ended_, true)); }
  bool ended_ = false;
};

class driven_link {
 public:
  void step(steps const& s) {
    take(s);
    require(link_->backlog() <= max_backlog + 64 * 1024 + 64 * 300);
    require(!link_->closed() || listener_.ended_);
  }
  void end() {
    link_->abort();
    require(listener_.ended_);
    context_.restart();
    context_.poll();
  }

 private:
  static std::string masked(ws::opcode op, std::string_view payload, bool last = true) {
    std::string frame;
    ws::append_masked_frame(frame, op, payload, 0x01020304);
    if (!last) frame[0] = static_cast<char>(frame[0] & 0x7f);
    return frame;
  }

  // Large enough that a script fills the queue.
  std::string framed(std::string_view payload, std::uint64_t key) {
    std::string text, frame;
    for (int i = 0; i < 8; ++i) text += payload;
    if (!uploadproto::wire::is_utf8(text)) text = "?";
    text += std::to_string(++written_);  // so that no two are the same
    ws::append_frame(frame, ws::opcode::text, text);
    if (link_->open()) peer_.wrote(key, text);
    return frame;
  }

  void take(steps const& s) {
    using op = ws::opcode;
    switch (s.what) {
      case 't':
        return link_->arrive(masked(op::text, s.with));
      case 'b':
        return link_->arrive(masked(op::binary, s.with));
      case 'h':
        return link_->arrive(masked(op::text, s.with, false));
      case 'n':
        return link_->arrive(masked(op::continuation, s.with, false));
      case 'N':
        return link_->arrive(masked(op::continuation, s.with));
      case 'p':
        return link_->arrive(masked(op::ping, s.with.substr(0, 125)));
      case 'q':
        return link_->arrive(masked(op::pong, s.with.substr(0, 125)));
      case 'c':
        return link_->arrive(masked(op::close, s.with.substr(0, 125)));
      case 'r':
        return link_->arrive(std::string(s.with));
      case 'e':
        return link_->cut(boost::asio::error::eof);
      case 'w':
        return link_->write(framed(s.with, 0));
      case 'k':
        return link_->write(framed(s.with, 5), 5);
      case 'W':
        return link_->write_now(framed(s.with, 0));
      case 'x':
        loop_.begin_fan_out(loop_.new_audience());
        in_fan_out_ = loop_.add_to_fan_out(*link_);
        return;
      case 'X':
        if (loop_.audience() != 0 && in_fan_out_) loop_.fan_out_frames(framed(s.with, 0));
        return;
      case 'C':
        return link_->close(ws::close_code::going_away);
      case 'u':
        return link_->widen(s.number() % 4096);
      case '.':
        context_.restart();
        context_.poll();
    }
  }

  boost::asio::io_context context_{1};
  small_loop loop_{context_};
  peer peer_;
  listener listener_;
  boost::intrusive_ptr<scripted_link> link_{new scripted_link(loop_, listener_, peer_)};
  bool in_fan_out_ = false;
  int written_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  driven_link link;
  steps script(data, size);
  while (script.next()) link.step(script);
  link.end();
  return 0;
}
