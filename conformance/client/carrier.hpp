// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_CLIENT_CARRIER_HPP
#define UPLOADPROTO_CONFORMANCE_CLIENT_CARRIER_HPP

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace uploadproto::conformance {

/** How messages reach a client and come from it: a WebSocket, or requests that wait. The server's side. */
class carrier {
 public:
  struct listener {
    std::function<void(std::string_view)> text;
    std::function<void(std::string_view)> bytes;
    std::function<void(std::string const& why)> ended;     ///< once
    std::function<void(bool ping)> control = [](bool) {};  ///< a WebSocket ping or pong frame came
  };

  virtual ~carrier() = default;
  virtual void send(std::string text) = 0;
  /** Ends the connection as the protocol has it. */
  virtual void close(std::uint16_t code) = 0;
  /** Drops the connection without a word. */
  virtual void cut() = 0;
  /** A ping frame, where there are frames. */
  virtual void ping() {}
  virtual std::string_view name() const noexcept = 0;
};

}  // namespace uploadproto::conformance

#endif
