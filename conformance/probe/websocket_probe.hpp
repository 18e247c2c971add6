// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_PROBE_WEBSOCKET_PROBE_HPP
#define UPLOADPROTO_CONFORMANCE_PROBE_WEBSOCKET_PROBE_HPP

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "probe/http_probe.hpp"
#include "probe/world.hpp"

namespace uploadproto::conformance {

/** A WebSocket connection (RFC 6455) that shows everything and follows no protocol above. Not the SDK's own
    framing: a server built on that is judged by another reader. */
class websocket_probe {
 public:
  enum class state : std::uint8_t { connecting, open, refused, closed };

  struct message {
    clock::time_point when;
    bool binary = false;
    std::string text;
  };

  /** Begins to connect. @param who names the connection in the trace */
  websocket_probe(world&, std::string who, std::string url, http_fields headers = {});
  ~websocket_probe();
  websocket_probe(websocket_probe&&) noexcept;
  websocket_probe& operator=(websocket_probe&&) noexcept;

  state now() const noexcept;
  /** Status of the answer that refused the upgrade; 0: there was none. */
  unsigned refusal_status() const noexcept;
  std::string const& refusal_body() const noexcept;
  /** Code of the server's close frame; 0: it closed without one, or has not closed. */
  std::uint16_t close_code() const noexcept;
  clock::time_point closed_at() const noexcept;
  std::vector<message> const& received() const noexcept;
  std::size_t pings() const noexcept;  ///< control frames that came
  std::size_t pongs() const noexcept;
  std::string const& last_pong() const noexcept;  ///< what the latest pong carried

  /** Is told of each message as it comes. */
  void on_message(std::function<void(message const&)>);
  /** Is told once, when the connection is refused or has closed. */
  void on_end(std::function<void()>);

  void send(std::string text, bool binary = false);
  /** A ping control frame. */
  void ping(std::string payload);
  /** Begins the closing handshake. */
  void close(std::uint16_t code = 1000);
  /** Drops the TCP connection. */
  void cut();
  /** Stops reading, until `resume`. */
  void pause();
  void resume();

  /** `refused with status 401`, `closed with code 1008`, `open` */
  std::string summary() const;

  class impl;

 private:
  std::shared_ptr<impl> impl_;
};

}  // namespace uploadproto::conformance

#endif
