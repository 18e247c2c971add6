// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_WEBSOCKET_LINK_HPP
#define UPLOADPROTO_NET_WEBSOCKET_LINK_HPP

#include <uploadproto/config.hpp>
#include <uploadproto/net/streams.hpp>
#include <uploadproto/session/deadlines.hpp>
#include <uploadproto/session/send_queue.hpp>
#include <uploadproto/wire/websocket.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace uploadproto::net {

class link_loop;
class websocket_link;
using websocket_link_ptr = boost::intrusive_ptr<websocket_link>;

/** Who hears of a link's messages. Calls come from the loop, never from inside `write`. */
class link_listener {
 public:
  virtual void link_text(websocket_link& link, std::string_view text) = 0;
  virtual void link_binary(websocket_link& link, std::string_view bytes) = 0;
  /** A ping or a pong came; a ping is answered without the listener. */
  virtual void link_control(websocket_link&) {}
  /** The last call. @param orderly whether a close frame ended it */
  virtual void link_closed(websocket_link& link, bool orderly) = 0;

 protected:
  ~link_listener() = default;
};

/** A WebSocket after its upgrade: RFC 6455 frames over a stream, server role.

    Reading uses the loop's buffer; writing collects what a turn of the loop produces and sends it together.
    While the peer's socket is full, messages wait in a bounded queue where newer progress replaces older.
    Reference-counted because an operation may end after its owner let go. Belongs to one loop.
*/
class websocket_link : public boost::intrusive_ref_counter<websocket_link, boost::thread_unsafe_counter> {
 public:
  websocket_link(link_loop& loop, link_listener& listener);
  virtual ~websocket_link() = default;

  /** Begins to read; `early` are bytes that came with the upgrade request. */
  void start(std::string_view early);

  /** Sends encoded frames at the end of this turn. With a merge key they may replace, or be replaced by,
      frames of the same key while the peer is slow. */
  void write(std::string_view frames, std::uint64_t merge_key = 0);

  /** Sends frames at once when nothing waits before them (`idle()`), else as `write`. */
  void write_now(std::string_view frames);

  /** Sends a close frame after what was written, and ends. `no_status`: an empty one. */
  void close(wire::websocket::close_code code);
  /** Ends at once. */
  void abort();
  /** The listener goes away: nothing more is told to it. */
  void forget_listener() noexcept { listener_ = nullptr; }
  void set_listener(link_listener& listener) noexcept { listener_ = &listener; }

  /** Nothing waits to be sent. */
  bool idle() const noexcept { return out_.empty() && !writing_ && state_ == state::open; }
  /** Bytes that wait for the peer to read. */
  std::size_t backlog() const noexcept { return out_.size() + (queue_ ? queue_->bytes() : 0); }

  /** Called by the loop at the end of a turn. */
  void flush();

  std::size_t deadline_slot = session::deadlines<websocket_link>::none;
  /** The fan-out that holds bytes for this link, or 0. */
  std::uint64_t fan_out = 0;

 protected:
  enum class state : unsigned char { open, closing, closed };

  // The transport: wait for input; push out_; end the stream.
  virtual void transport_read() = 0;
  virtual void transport_write() = 0;
  /** @return how many bytes the transport took at once; 0 when it would block. */
  virtual std::size_t transport_try(std::string_view frames, error_code& ec) = 0;
  virtual void transport_shutdown() = 0;
  virtual void transport_close() = 0;

  /** Bytes arrived; they are unmasked in place. @return false when the link is closed. */
  bool received(std::span<char> bytes);
  /** The stream ended or failed. */
  void lost(error_code ec);
  /** All of out_ has left. */
  void written();

  void lose_later();
  void mark_dirty();
  void fail(wire::websocket::close_code code);
  void finish(bool orderly);

  link_loop& loop_;
  link_listener* listener_;
  std::string out_;
  std::unique_ptr<session::send_queue> queue_;
  wire::websocket::frame_reader reader_;
  state state_ = state::open;
  bool writing_ : 1 = false;
  bool dirty_ : 1 = false;
  bool close_sent_ : 1 = false;
  bool peer_closed_ : 1 = false;
};

/** A link over plain TCP: waits for readiness and reads into the loop's buffer; writes without copying. */
class plain_link final : public websocket_link {
 public:
  plain_link(link_loop& loop, link_listener& listener, tcp_socket socket);

 private:
  friend class websocket_link;
  void transport_read() override;
  void transport_write() override;
  std::size_t transport_try(std::string_view frames, error_code& ec) override;
  void transport_shutdown() override;
  void transport_close() override;

  void wait_readable();
  void wait_writable();

  tcp_socket socket_;
};

/** A link over TLS. */
class tls_link final : public websocket_link {
 public:
  tls_link(link_loop& loop, link_listener& listener, std::unique_ptr<tls_stream> stream);

 private:
  void transport_read() override;
  void transport_write() override;
  std::size_t transport_try(std::string_view frames, error_code& ec) override;
  void transport_shutdown() override;
  void transport_close() override;

  std::unique_ptr<tls_stream> stream_;
  std::string in_flight_;
  std::vector<char> buffer_ = std::vector<char>(4096);
};

}  // namespace uploadproto::net

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/net/link_loop.hpp>
#endif

#endif
