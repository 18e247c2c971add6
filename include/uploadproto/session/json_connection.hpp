// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_JSON_CONNECTION_HPP
#define UPLOADPROTO_SESSION_JSON_CONNECTION_HPP

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/contract/protocol.hpp>
#include <uploadproto/session/rate_window.hpp>
#include <uploadproto/wire/websocket.hpp>

namespace uploadproto::session {

/** What a message means to the limits of its connection. */
enum class json_message : unsigned char {
  notice,       ///< sent at once, not counted: a greeting, a snapshot
  stage_first,  ///< counted, and never lost
  progress,     ///< counted; newer progress takes its place while it waits
  terminal      ///< not counted, never lost; sent behind what may not be lost
};

/** One client of a protocol that is framed as plain JSON, server role, behind its upgrade (UP-N2 to N5, L6).

    Sans-I/O: give it what arrives and the time, and do what it says in an `output`, in order. Not
    thread-safe. */
class json_connection {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /** Over what time a second's worth of outbound messages is counted: longer than a second, since a message
     is counted before its bytes leave, and a busy loop sends one late and the next on time. */
  static constexpr std::chrono::milliseconds outbound_span{1025};

  /** What the driver has to do: write the frames, then close with the code if there is one. */
  struct output {
    std::string frames;
    bool replaceable = false;  ///< the frames are progress that newer progress may replace
    std::optional<wire::websocket::close_code> close;
  };

  /** @param protocol its limits and keepalive; kept by address
      @param linger how long a client may stay after the terminal message (UP-L6) */
  json_connection(contract::protocol_info const& protocol, std::chrono::milliseconds linger, time_point now);

  /** A text message. A sign of life is answered, all else is taken for nothing (CO-8); too many in a second
      end the connection with 1008 (UP-N2). */
  void receive_text(std::string_view text, time_point now, output& out);
  /** A binary message: the framing has none, and ends with 1003. */
  void receive_binary(time_point now, output& out);
  /** A ping or pong of WebSocket. It shows that the peer lives; a flood ends the connection with 1008. */
  void receive_control(time_point now, output& out);

  /** Sends a message, now or as soon as the limit allows.
      @return false when a newer message took the place of one that waited, or nothing is sent any more */
  bool send(std::string_view json, json_message what, time_point now, output& out);

  /** Call when `deadline()` has passed. */
  void expire(time_point now, output& out);
  time_point deadline() const noexcept;

  /** Messages that wait for the limit. */
  std::size_t waiting() const noexcept { return waiting_.size(); }

 private:
  struct waiting_message {
    json_message what;
    std::string frame;
  };

  static constexpr std::size_t control_frames_per_message = 10;

  void heard(time_point now) noexcept { last_heard_ = now; }
  void end(wire::websocket::close_code code, output& out);
  void release(time_point now, output& out);
  void write(waiting_message message, time_point now, output& out);
  bool is_ask(std::string_view text, bool& as_object) const;
  time_point release_time() const noexcept;

  contract::protocol_info const& protocol_;
  std::chrono::milliseconds linger_;
  rate_window inbound_, control_, outbound_;
  std::deque<waiting_message> waiting_;
  time_point last_heard_;
  time_point next_ping_ = time_point::max();
  time_point close_at_ = time_point::max();
  bool ended_ = false;
};

}  // namespace uploadproto::session

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/session/impl/json_connection.ipp>
#endif

#endif
