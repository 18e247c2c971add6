// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_SOCKETIO_SERVER_HPP
#define UPLOADPROTO_SESSION_SOCKETIO_SERVER_HPP

#include <uploadproto/config.hpp>
#include <uploadproto/wire/socketio.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace uploadproto::session {

struct socketio_server_options {
  /** A connection that has joined no namespace by then is closed. */
  std::chrono::milliseconds connect_timeout{45000};
  /** Most packets that may arrive for a namespace while its connection check is still running. */
  std::size_t max_held_packets = 64;
  /** Most bytes of them, over all namespaces of the connection that are being checked. */
  std::size_t max_held_bytes = 1'000'000;
  /** Most namespaces that one connection has, or has asked for, at a time. */
  std::size_t max_namespaces = 256;
  wire::socketio::decoder::limits decoding;
};

/** What the driver of a `socketio_server` must do, in order. */
struct socketio_server_action {
  enum class kind : unsigned char {
    connect,     ///< the client asks for `packet.nsp` with auth `packet.data`: `accept` or `refuse` it
    event,       ///< an event for a joined namespace
    ack,         ///< an ack for a joined namespace
    disconnect,  ///< the client left `packet.nsp`
    violation,   ///< the peer broke the protocol: close the connection ("forced close")
  };
  kind what;
  wire::socketio::packet packet;
  error_code error;  // of a violation
};

/** The Socket.IO 5 side of one server connection: which namespaces it has joined, what may come next. WIRE 2.

    Sans-I/O. Packets are taken in order: events behind a CONNECT that is still being checked wait for the
    decision, within bounds. Attachments are not collected for a namespace that is not joined. After a
   violation every input is ignored. Holds a pointer to the options, which outlive it.
*/
class socketio_server {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using actions = std::vector<socketio_server_action>;

  socketio_server(socketio_server_options const& options, time_point now);

  /** An Engine.IO text message arrived. */
  void text(std::string_view message, actions& out);
  /** An Engine.IO binary message arrived. */
  void binary(std::string_view bytes, actions& out);

  /** The connection check let the client in; packets that waited for this follow. */
  void accept(std::string_view nsp, actions& out);
  /** The connection check turned the client away. */
  void refuse(std::string_view nsp, actions& out);
  /** The server takes the client out of a namespace. @return false when it was not in. */
  bool leave(std::string_view nsp);

  /** Call when `deadline()` has passed. */
  void expire(time_point now, actions& out);
  time_point deadline() const noexcept { return connect_deadline_; }

  bool joined(std::string_view nsp) const noexcept;

 private:
  struct held_packets {
    std::vector<wire::socketio::packet> packets;
    std::size_t bytes = 0;
  };
  struct membership {
    std::string nsp;
    bool pending = true;
    std::unique_ptr<held_packets> held;
  };

  void decoded(result<std::optional<wire::socketio::packet>> packet, actions& out);
  void await_attachments(actions& out);
  void dispatch(wire::socketio::packet packet, actions& out);
  void hold(membership& where, wire::socketio::packet packet, actions& out);
  bool room_to_hold() const noexcept;
  void connect(wire::socketio::packet packet, actions& out);
  void violate(error_code why, actions& out);
  membership* find(std::string_view nsp) noexcept;

  socketio_server_options const* options_;
  wire::socketio::decoder decoder_;
  std::vector<membership> memberships_;
  std::size_t arrived_ = 0;  // bytes of the packet that is arriving or was just taken
  time_point connect_deadline_;
  bool violated_ = false;
};

}  // namespace uploadproto::session

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/session/impl/socketio_server.ipp>
#endif

#endif
