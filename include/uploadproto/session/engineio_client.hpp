// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_ENGINEIO_CLIENT_HPP
#define UPLOADPROTO_SESSION_ENGINEIO_CLIENT_HPP

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/result.hpp>
#include <uploadproto/session/client_error.hpp>
#include <uploadproto/session/client_transport.hpp>
#include <uploadproto/wire/engineio.hpp>
#include <vector>

namespace uploadproto::session {

struct engineio_client_options {
  bool upgrade = true;  ///< probe WebSocket when polling works and the server offers it
  std::chrono::milliseconds upgrade_timeout{10000};
  std::chrono::milliseconds close_timeout{2000};
  std::size_t max_send_buffer = 16u << 20;  ///< bytes accepted and not yet handed to a transport
};

/** What the driver of an `engineio_client` must do, in order. */
struct engineio_client_action {
  enum class kind : unsigned char {
    poll,             ///< send a GET
    post,             ///< send a POST with body `data`
    stop_polling,     ///< drop the requests under way; their answers do not count any more
    open_websocket,   ///< open a WebSocket: the transport itself, or one that probes
    write_text,       ///< write `data` to the WebSocket as a text message
    write_binary,     ///< write `data` to the WebSocket as a binary message
    close_websocket,  ///< close in order after what was written; `websocket_ended` follows
    drop_websocket,   ///< close at once; nothing of it counts any more
    opened,           ///< the handshake is done
    upgraded,         ///< what follows travels by WebSocket
    upgrade_failed,   ///< `error` says why; polling goes on
    deliver_text,     ///< `data` is a text message for the layer above
    deliver_binary,   ///< `data` is a binary message for the layer above
    closed,           ///< over: `error` is the reason, `cause` and `http_status` what lies behind it
  };
  kind what;
  std::string data = {};
  error_code error = {};
  error_code cause = {};
  int http_status = 0;
};

/** One Engine.IO 4 session of a client: handshake, heartbeat, polling, probe and upgrade, close. WIRE 1.

    Sans-I/O: inputs and the present time go in, actions are appended to the caller's list. Each `open` ends
   with exactly one `closed`; inputs outside that span are ignored. At most one GET, one POST and one
   WebSocket are under way at a time. How long opening may take is for the caller to say (`abort`). */
class engineio_client {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using actions = std::vector<engineio_client_action>;

  explicit engineio_client(engineio_client_options const& options) : options_(options) {}

  /** Begins a new session; ignored unless closed. */
  void open(client_transport first, actions& out);

  void poll_answered(int status, std::string_view body, time_point now, actions& out);
  void poll_failed(error_code cause, actions& out);
  void post_answered(int status, time_point now, actions& out);
  void post_failed(error_code cause, actions& out);

  void websocket_opened(time_point now, actions& out);
  void websocket_text(std::string_view frame, time_point now, actions& out);
  void websocket_binary(std::string_view bytes, time_point now, actions& out);
  /** Everything written so far has left. */
  void websocket_written(actions& out);
  /** It was refused, or it ended: `transport_close` when by a close frame, else the error. */
  void websocket_ended(error_code cause, int http_status, actions& out);

  /** Sends a message. Errors: `not_connected`, `send_buffer_full`, `bad_arguments` (a raw 0x1E cannot be
     framed on polling). */
  error_code send(std::string_view message, bool binary, actions& out);
  /** Whether a message sent now would leave at once. */
  [[nodiscard]] bool writable() const;

  /** Bytes accepted that no transport has taken yet. */
  [[nodiscard]] std::size_t waiting_bytes() const { return waiting_bytes_; }

  /** Closes in order: what was sent leaves first, an upgrade under way is waited for. Bounded in time. */
  void close(time_point now, actions& out);
  /** Ends at once with this reason. */
  void abort(error_code reason, actions& out);

  void expire(time_point now, actions& out);
  [[nodiscard]] std::optional<time_point> deadline() const;

  [[nodiscard]] bool closed() const { return state_ == state::closed; }
  [[nodiscard]] bool is_open() const { return state_ == state::open; }
  [[nodiscard]] client_transport transport() const { return transport_; }
  /** The secret id of the session, for the requests that belong to it; empty before the handshake. */
  [[nodiscard]] std::string const& sid() const { return handshake_.sid; }

 private:
  enum class state : unsigned char { closed, opening, open, closing };
  /** `pausing`: the probe was answered, nothing is sent, and polling comes to rest. */
  enum class probe : unsigned char { none, connecting, sent, pausing };
  struct waiting_packet {
    wire::engineio::packet_type type;
    bool binary;
    std::string data;
  };

  void receive(wire::engineio::packet const& packet, time_point now, actions& out);
  void begin(std::string_view handshake, time_point now, actions& out);
  void push(wire::engineio::packet_type type, bool binary, std::string_view data);
  void flush(actions& out);
  void flush_polling(actions& out);
  void flush_websocket(actions& out);
  void poll(actions& out);
  void finish_pause(actions& out);
  void give_up_probe(error_code why, actions& out);
  void continue_close(actions& out);
  void end(error_code reason, error_code cause, int http_status, actions& out);

  engineio_client_options options_;
  wire::engineio::handshake handshake_{};
  std::deque<waiting_packet> waiting_;
  std::size_t waiting_bytes_ = 0;
  time_point heartbeat_deadline_{};
  time_point probe_deadline_{};
  time_point close_deadline_{};
  state state_ = state::closed;
  probe probe_ = probe::none;
  client_transport transport_ = client_transport::polling;
  bool poll_pending_ = false;
  bool post_pending_ = false;
  bool websocket_ = false;  // one is opening or open
  bool ready_ = false;      // it is open and may be written to
  bool writing_ = false;    // it has bytes that have not left
  bool farewell_ = false;   // the close packet or frame is on its way
};

}  // namespace uploadproto::session

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/session/impl/engineio_client.ipp>
#endif

#endif
