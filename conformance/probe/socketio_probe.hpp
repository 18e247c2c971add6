// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_PROBE_SOCKETIO_PROBE_HPP
#define UPLOADPROTO_CONFORMANCE_PROBE_SOCKETIO_PROBE_HPP

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "probe/http_probe.hpp"
#include "probe/world.hpp"

namespace uploadproto::conformance {

enum class transport : std::uint8_t { websocket, polling, upgrade };

struct socketio_options {
  std::string url;  ///< `http://host:port`
  std::string path = "/socket.io/";
  std::string nsp = "/";
  std::optional<boost::json::value> auth{};  ///< with the namespace's CONNECT
  http_fields query{};                       ///< besides EIO and transport
  http_fields headers{};
  conformance::transport transport = transport::websocket;
  bool join = true;  ///< asks for the namespace as soon as the handshake is there
  bool answer_pings = true;
};

/** A Socket.IO 5 client over Engine.IO 4 that shows everything it gets and judges nothing. It keeps no
    session: what it sends is what it is told to send. */
class socketio_probe {
 public:
  struct event {
    clock::time_point when;
    std::string nsp, name;
    boost::json::array arguments;
    std::optional<std::uint64_t> id;  ///< the server asks for an acknowledgement
  };

  /** Begins to connect. */
  socketio_probe(world&, std::string who, socketio_options);
  ~socketio_probe();
  socketio_probe(socketio_probe&&) noexcept;
  socketio_probe& operator=(socketio_probe&&) noexcept;

  /** The Engine.IO handshake's object; null before it. */
  boost::json::value const& handshake() const noexcept;
  /** The payload of the namespace's CONNECT; nothing before it. */
  std::optional<boost::json::value> const& connected() const noexcept;
  /** The payload of its CONNECT_ERROR. */
  std::optional<boost::json::value> const& refused() const noexcept;
  /** The server has sent DISCONNECT for the namespace. */
  bool disconnected() const noexcept;
  /** The connection is gone, or never came. */
  bool ended() const noexcept;
  /** Whether the namespace has been answered, or never will be. */
  bool answered() const noexcept { return connected() || refused() || ended(); }
  bool upgraded() const noexcept;
  std::vector<event> const& events() const noexcept;
  std::map<std::uint64_t, boost::json::array> const& acks() const noexcept;
  /** Answers that a client of Socket.IO could not have read: the text, and what is wrong with it. */
  std::vector<std::string> const& unreadable() const noexcept;
  std::size_t heartbeats() const noexcept;  ///< Engine.IO pings that came

  void emit(std::string_view name, boost::json::array arguments);
  /** @return the id under which the acknowledgement will stand */
  std::uint64_t emit_for_ack(std::string_view name, boost::json::array arguments);
  /** Any Engine.IO packet. */
  void send_packet(std::string text);
  /** Asks for a namespace that no server has. The refusal (`passed`) comes behind everything that the server
      had sent this connection before: a proof of silence that needs no waiting. @return its number */
  std::uint64_t begin_fence();
  bool passed(std::uint64_t fence) const noexcept;
  void leave();  ///< DISCONNECT for the namespace
  void close();  ///< Engine.IO close
  void cut();    ///< drops the TCP connection
  void pause();  ///< stops reading
  void resume();

  /** `connected`, `refused with {…}`, `the connection ended: …` */
  std::string summary() const;

  class impl;

 private:
  std::shared_ptr<impl> impl_;
};

}  // namespace uploadproto::conformance

#endif
