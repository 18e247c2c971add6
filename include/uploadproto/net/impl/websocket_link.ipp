// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_IMPL_WEBSOCKET_LINK_IPP
#define UPLOADPROTO_NET_IMPL_WEBSOCKET_LINK_IPP

#include <uploadproto/net/link_loop.hpp>
#include <uploadproto/net/websocket_link.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>

#include <utility>

namespace uploadproto::net {

UPLOADPROTO_DECL websocket_link::websocket_link(link_loop& loop, link_listener& listener)
    : loop_(loop), listener_(&listener), reader_(wire::websocket::role::server, loop.frame_limits_) {}

// A link that is not closed always has a read under way: it keeps the link alive and notices the peer's end.
UPLOADPROTO_DECL void websocket_link::start(std::string_view early) {
  if (!early.empty()) {
    std::string bytes(early);
    received(bytes);
  }
  if (state_ != state::closed) transport_read();
}

UPLOADPROTO_DECL bool websocket_link::received(std::span<char> bytes) {
  using wire::websocket::opcode;
  // The listener may drop its reference while it is being called.
  websocket_link_ptr const self(this);
  while (state_ != state::closed) {
    auto const message = reader_.next(bytes);
    if (!message) {
      fail(wire::websocket::close_code_of(message.error()));
      return false;
    }
    if (!*message) return true;
    auto const& [op, data] = **message;
    switch (op) {
      case opcode::text:
        if (listener_ && state_ == state::open) listener_->link_text(*this, data);
        break;
      case opcode::binary:
        if (listener_ && state_ == state::open) listener_->link_binary(*this, data);
        break;
      case opcode::ping:
        if (state_ == state::open) {
          std::string pong;
          wire::websocket::append_frame(pong, opcode::pong, data);
          write(pong);
          if (listener_) listener_->link_control(*this);
        }
        break;
      case opcode::pong:
        if (listener_ && state_ == state::open) listener_->link_control(*this);
        break;
      case opcode::close: {
        peer_closed_ = true;
        if (close_sent_) {
          finish(true);
          return false;
        }
        auto const reason = wire::websocket::decode_close(data);
        if (!reason) {
          fail(wire::websocket::close_code_of(reason.error()));
          return false;
        }
        if (listener_) std::exchange(listener_, nullptr)->link_closed(*this, true);
        close(reason->code);
        return state_ != state::closed;
      }
      default:
        break;
    }
  }
  return false;
}

UPLOADPROTO_DECL void websocket_link::write(std::string_view frames, std::uint64_t merge_key) {
  if (state_ != state::open) return;
  if (fan_out != 0) loop_.detach_from_fan_out(*this);
  if (!writing_) {
    out_.append(frames);
    // A long turn does not pile up: what the peer cannot take goes to the bounded queue.
    if (out_.size() >= 64 * 1024) return transport_write();
    return mark_dirty();
  }
  if (!queue_) queue_ = std::make_unique<session::send_queue>();
  if (!queue_->push({merge_key, false, std::string(frames)}, loop_.max_backlog_)) {
    // Too far behind: it comes back and is brought up to date by a snapshot.
    lose_later();
  }
}

UPLOADPROTO_DECL void websocket_link::write_now(std::string_view frames) {
  if (!idle() || dirty_ || fan_out != 0) return write(frames);
  error_code ec;
  auto const taken = transport_try(frames, ec);
  if (ec) return lose_later();
  if (taken == frames.size()) return;
  out_.assign(frames.substr(taken));
  transport_write();
}

UPLOADPROTO_DECL void websocket_link::mark_dirty() {
  if (dirty_) return;
  dirty_ = true;
  loop_.dirty_.emplace_back(this);
  loop_.schedule_flush();
}

UPLOADPROTO_DECL void websocket_link::flush() {
  dirty_ = false;
  if (state_ == state::closed || writing_ || out_.empty()) return;
  transport_write();
}

UPLOADPROTO_DECL void websocket_link::written() {
  if (out_.capacity() > 16 * 1024)
    std::string().swap(out_);
  else
    out_.clear();
  writing_ = false;
  if (queue_ && !queue_->empty()) {
    // Refilled in bounded portions, so that what still waits can be merged.
    while (!queue_->empty() && out_.size() < 64 * 1024) out_.append(queue_->pop().data);
    return transport_write();
  }
  queue_.reset();
  if (out_.capacity() > 0) std::string().swap(out_);
  if (state_ != state::closing) return;
  if (peer_closed_) return finish(true);
  transport_shutdown();
}

UPLOADPROTO_DECL void websocket_link::close(wire::websocket::close_code code) {
  if (state_ != state::open) return;
  std::string payload, frame;
  if (code != wire::websocket::close_code::no_status) wire::websocket::append_close(payload, code);
  wire::websocket::append_frame(frame, wire::websocket::opcode::close, payload);
  write(frame);
  if (state_ != state::open) return;
  state_ = state::closing;
  close_sent_ = true;
  loop_.watch_close(*this);
}

UPLOADPROTO_DECL void websocket_link::fail(wire::websocket::close_code code) {
  if (state_ == state::closed) return;
  websocket_link_ptr const self(this);
  if (listener_) std::exchange(listener_, nullptr)->link_closed(*this, false);
  if (state_ == state::open) {
    close(code);
    flush();
  }
  peer_closed_ = true;  // whatever it sends from here on is not read as frames
}

UPLOADPROTO_DECL void websocket_link::lost(error_code ec) {
  finish(ec == boost::asio::error::eof || ec == boost::asio::ssl::error::stream_truncated);
}

// Whoever writes may be walking over its connections: the listener hears of the loss from the loop.
UPLOADPROTO_DECL void websocket_link::lose_later() {
  state_ = state::closing;
  boost::asio::post(loop_.context(), [self = websocket_link_ptr(this)] { self->abort(); });
}

UPLOADPROTO_DECL void websocket_link::abort() {
  finish(false);
}

UPLOADPROTO_DECL void websocket_link::finish(bool orderly) {
  if (state_ == state::closed) return;
  state_ = state::closed;
  websocket_link_ptr const self(this);
  loop_.unwatch_close(*this);
  transport_close();
  if (listener_) std::exchange(listener_, nullptr)->link_closed(*this, orderly || peer_closed_);
}

// plain TCP

UPLOADPROTO_DECL plain_link::plain_link(link_loop& loop, link_listener& listener, tcp_socket socket)
    : websocket_link(loop, listener), socket_(std::move(socket)) {
  error_code ignored;
  socket_.non_blocking(true, ignored);
}

UPLOADPROTO_DECL void plain_link::transport_read() {
  wait_readable();
}

UPLOADPROTO_DECL void plain_link::wait_readable() {
  socket_.async_wait(tcp_socket::wait_read, [self = boost::intrusive_ptr<plain_link>(this)](error_code ec) {
    if (self->state_ == state::closed) return;
    if (ec) return self->lost(ec);
    auto& buffer = self->loop_.receive_buffer_;
    // Bounded, so that one busy peer does not keep the others waiting.
    for (int rounds = 0; rounds < 4; ++rounds) {
      auto const n = self->socket_.read_some(boost::asio::buffer(buffer), ec);
      if (ec == boost::asio::error::would_block) break;
      if (ec) return self->lost(ec);
      // After a failure, bytes are drained unread until the peer closes.
      if (!self->peer_closed_ && !self->received({buffer.data(), n}) && self->state_ == state::closed) return;
      if (n < buffer.size()) break;
    }
    self->wait_readable();
  });
}

UPLOADPROTO_DECL std::size_t plain_link::transport_try(std::string_view frames, error_code& ec) {
  auto const taken = socket_.write_some(boost::asio::buffer(frames.data(), frames.size()), ec);
  if (ec == boost::asio::error::would_block) ec = {};
  return taken;
}

UPLOADPROTO_DECL void plain_link::transport_write() {
  error_code ec;
  auto const n = transport_try(out_, ec);
  if (ec) return lose_later();
  if (n == out_.size()) return written();
  out_.erase(0, n);
  writing_ = true;
  wait_writable();
}

UPLOADPROTO_DECL void plain_link::wait_writable() {
  socket_.async_wait(tcp_socket::wait_write, [self = boost::intrusive_ptr<plain_link>(this)](error_code ec) {
    if (self->state_ == state::closed) return;
    if (ec) return self->lost(ec);
    self->transport_write();
  });
}

UPLOADPROTO_DECL void plain_link::transport_shutdown() {
  error_code ignored;
  socket_.shutdown(tcp_socket::shutdown_send, ignored);
}

UPLOADPROTO_DECL void plain_link::transport_close() {
  error_code ignored;
  socket_.close(ignored);
}

// TLS

UPLOADPROTO_DECL tls_link::tls_link(link_loop& loop, link_listener& listener,
                                    std::unique_ptr<tls_stream> stream)
    : websocket_link(loop, listener), stream_(std::move(stream)) {
  stream_->next_layer().expires_never();
}

UPLOADPROTO_DECL void tls_link::transport_read() {
  stream_->async_read_some(boost::asio::buffer(buffer_), [self = boost::intrusive_ptr<tls_link>(this)](
                                                             error_code ec, std::size_t n) {
    if (self->state_ == state::closed) return;
    if (ec) return self->lost(ec);
    if (!self->peer_closed_ && !self->received({self->buffer_.data(), n}) && self->state_ == state::closed)
      return;
    self->transport_read();
  });
}

// A record cannot be written halfway: TLS writes are always asynchronous.
UPLOADPROTO_DECL std::size_t tls_link::transport_try(std::string_view, error_code&) {
  return 0;
}

UPLOADPROTO_DECL void tls_link::transport_write() {
  writing_ = true;
  in_flight_ = std::move(out_);
  out_.clear();
  boost::asio::async_write(*stream_, boost::asio::buffer(in_flight_),
                           [self = boost::intrusive_ptr<tls_link>(this)](error_code ec, std::size_t) {
                             if (self->state_ == state::closed) return;
                             if (ec) return self->lost(ec);
                             std::string().swap(self->in_flight_);
                             self->written();
                           });
}

UPLOADPROTO_DECL void tls_link::transport_shutdown() {
  // The close frame has said all; the read that is under way ends with the peer's end of stream.
  error_code ignored;
  stream_->next_layer().socket().shutdown(tcp_socket::shutdown_send, ignored);
}

UPLOADPROTO_DECL void tls_link::transport_close() {
  stream_->next_layer().close();
}

}  // namespace uploadproto::net

#endif
