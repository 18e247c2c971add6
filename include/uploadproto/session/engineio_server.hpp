// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_ENGINEIO_SERVER_HPP
#define UPLOADPROTO_SESSION_ENGINEIO_SERVER_HPP

#include <uploadproto/config.hpp>
#include <uploadproto/session/send_queue.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace uploadproto::session {

/** Why an Engine.IO session ended, in the reference's words (`to_string`). */
enum class engineio_close_reason : unsigned char {
  transport_error,
  transport_close,
  ping_timeout,
  parse_error,
  forced_close,
};
UPLOADPROTO_DECL std::string_view to_string(engineio_close_reason reason) noexcept;

enum class engineio_transport : unsigned char { polling, websocket };

struct engineio_server_options {
  std::chrono::milliseconds ping_interval{25000};
  std::chrono::milliseconds ping_timeout{20000};
  std::chrono::milliseconds upgrade_timeout{10000};
  /** How long an orderly close of a polling session waits for a poll that takes the farewell. */
  std::chrono::milliseconds close_timeout{30000};
  /** Largest inbound payload in bytes: a POST body, or a WebSocket message. Told to the client. */
  std::size_t max_payload = 1'000'000;
  /** Most bytes that wait for a polling client between two polls; more ends the session. */
  std::size_t max_backlog = 4'000'000;
  bool polling = true;
  bool websocket = true;
  bool allow_upgrades = true;
};

/** What the driver of an `engineio_server` must do, in order. */
struct engineio_server_action {
  enum class kind : unsigned char {
    answer_poll,      ///< answer the pending GET: 200, body `owned`
    abort_post,       ///< give up the POST whose body is still arriving: its connection is closed
    write_text,       ///< write `data()` as a text frame to the session's WebSocket
    write_binary,     ///< write `data()` as a binary frame to the session's WebSocket
    close_websocket,  ///< close the session's WebSocket with an empty close frame, after what is written
    write_probe,      ///< write `data()` as a text frame to the probing WebSocket
    close_probe,      ///< close the probing WebSocket
    deliver_text,     ///< a text message for the layer above
    deliver_binary,   ///< a binary message for the layer above
    upgraded,         ///< the probing WebSocket is the session's WebSocket from here on
    closed,           ///< the session ended: `reason`; the last action of a session
  };
  kind what;
  engineio_close_reason reason{};
  std::string_view view;  // into the input of the call that appended the action
  std::string owned;      // used when the bytes stand in no input

  std::string_view data() const noexcept { return owned.empty() ? view : std::string_view(owned); }
};

/** One Engine.IO 4 session on the server: heartbeat, polling, probe and upgrade, close. WIRE 1.

    Sans-I/O: inputs and the present time go in, actions are appended to the caller's list. Actions view the
    input they came from, so they are carried out before the input goes away. After `closed` every input is
    ignored. Holds a pointer to the options, which outlive it. 32 bytes while on WebSocket.
*/
class engineio_server {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using actions = std::vector<engineio_server_action>;

  /** Where a message of the layer above goes. */
  enum class route : unsigned char {
    websocket,  ///< the caller writes it to the session's WebSocket now, in order
    queued,     ///< it waits for a poll; call `flush` when the turn ends
    dropped,    ///< the session is over
    overflow,   ///< the polling client is too far behind; `discard` the session
  };

  /** A session whose handshake is answered at `now` on `first`. */
  engineio_server(engineio_server_options const& options, engineio_transport first, time_point now);

  /** A GET arrived.
      @return false when another GET is pending: answer this one with 400; the session is over. */
  bool poll(time_point now, actions& out);
  /** The pending GET's connection ended. */
  void poll_aborted(actions& out);

  /** A POST's header arrived.
      @return false when another POST is arriving: answer this one with 400; the session is over. */
  bool post_begin(actions& out);
  /** The POST's connection ended, or its body was refused by its type. */
  void post_failed(actions& out);
  /** The POST was refused for its size: the session goes on. */
  void post_dropped() noexcept { post_pending_ = false; }
  /** The POST's whole body arrived. Its packets are delivered up to the first that does not parse, which
      ends the session; the answer is `ok` all the same. */
  void post(std::string_view body, time_point now, actions& out);

  /** A WebSocket was opened for this session.
      @return false when it is not wanted (already upgrading or upgraded): close it. */
  bool probe_open(time_point now);
  void probe_text(std::string_view frame, actions& out);
  void probe_binary(actions& out);
  void probe_closed() noexcept;

  void websocket_text(std::string_view frame, time_point now, actions& out);
  void websocket_binary(std::string_view bytes, time_point now, actions& out);
  /** The session's WebSocket ended; `orderly` when by a close frame. */
  void websocket_closed(bool orderly, actions& out);

  /** Sends a message; the bytes are copied only when it must wait for a poll. */
  route send(std::string_view message, bool binary, std::uint64_t merge_key = 0);
  /** Answers a pending poll with what has been queued. */
  void flush(actions& out);
  /** Whether a message sent now leaves at once (the condition for volatile messages). */
  bool writable() const noexcept;

  /** Ends the session in order: what was sent leaves first. */
  void close(time_point now, actions& out);
  /** Ends the session at once. */
  void discard(engineio_close_reason reason, actions& out);

  /** Call when `deadline()` has passed. */
  void expire(time_point now, actions& out);
  time_point deadline() const noexcept;

  bool open() const noexcept { return state_ == state::open; }
  bool closed() const noexcept { return state_ == state::closed; }
  engineio_transport transport() const noexcept { return transport_; }
  bool upgrading() const noexcept { return probe_ != probe::none; }

 private:
  enum class state : unsigned char { open, closing, closed };
  enum class probe : unsigned char { none, opened, answered };
  // What only a polling or upgrading session needs.
  struct polling_state {
    send_queue queue;
    time_point upgrade_deadline = time_point::max();
    time_point next_noop = time_point::max();
    time_point close_deadline = time_point::max();
  };

  void packet_arrived(std::string_view frame, bool binary, time_point now, actions& out);
  void pong_arrived(time_point now) noexcept;
  void grant_grace(time_point now) noexcept;
  void answer_poll(std::string body, actions& out);
  void upgrade(actions& out);
  void abort_post(actions& out);
  void end_probe(actions& out);
  void end(engineio_close_reason reason, actions& out);

  engineio_server_options const* options_;
  std::unique_ptr<polling_state> polling_;
  time_point heartbeat_;
  state state_ = state::open;
  engineio_transport transport_;
  probe probe_ = probe::none;
  bool poll_pending_ : 1 = false;
  bool post_pending_ : 1 = false;
  bool awaiting_pong_ : 1 = false;
  bool grace_used_ : 1 = false;
};

}  // namespace uploadproto::session

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/session/impl/engineio_server.ipp>
#endif

#endif
