// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_PROBE_ENGINEIO_LINK_HPP
#define UPLOADPROTO_CONFORMANCE_PROBE_ENGINEIO_LINK_HPP

#include <functional>
#include <memory>
#include <string>

#include "probe/http_probe.hpp"
#include "probe/socketio_probe.hpp"

namespace uploadproto::conformance {

/** Carries Engine.IO packets as text, over one transport or from one to the other. */
class engineio_link {
 public:
  struct listener {
    std::function<void(std::string_view)> packet;       ///< text
    std::function<void(std::string_view)> bytes;        ///< an attachment
    std::function<void(std::string const& why)> ended;  ///< once
  };

  virtual ~engineio_link() = default;
  virtual void send(std::string packet) = 0;
  virtual void cut() = 0;
  virtual void pause() = 0;
  virtual void resume() = 0;
  virtual bool upgraded() const noexcept { return false; }
};

std::unique_ptr<engineio_link> open_websocket_link(world&, std::string who, socketio_options const&,
                                                   engineio_link::listener);
/** With `upgrade`, goes over to WebSocket as soon as the handshake is there. */
std::unique_ptr<engineio_link> open_polling_link(world&, std::string who, socketio_options const&,
                                                 engineio_link::listener, bool upgrade);

}  // namespace uploadproto::conformance

#endif
