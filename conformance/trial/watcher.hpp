// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_TRIAL_WATCHER_HPP
#define UPLOADPROTO_CONFORMANCE_TRIAL_WATCHER_HPP

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "judge/judgement.hpp"
#include "probe/socketio_probe.hpp"
#include "probe/websocket_probe.hpp"
#include "protocols/protocol_face.hpp"

namespace uploadproto::conformance {

/** A client of any of the protocols that hears events; what differs is in the protocol's declaration. */
class watcher {
 public:
  watcher(world&, protocol_face const&, std::string who, socketio_options);
  watcher(world&, protocol_face const&, std::string who, std::string url, http_fields headers);

  /** Let in: the namespace is connected, the WebSocket is open. */
  bool ready() const noexcept;
  /** Turned away or gone. */
  bool over() const noexcept;
  std::string summary() const;

  /** Every server event, in order. */
  std::vector<observed_event> heard() const;
  /** Those about one job; greetings and the like left out. */
  std::vector<observed_event> heard_of(std::string_view job) const;
  bool heard_end_of(std::string_view job) const;
  /** Texts that are no event at all, and why. */
  std::vector<std::string> unreadable() const;

  /** Asks for a job's events where the protocol has an event for that; without it, nothing. */
  void subscribe(std::string_view job);
  void unsubscribe(std::string_view job);

  /** A question that the server answers behind all that it had sent before. */
  void begin_fence();
  /** The last one has been answered, or the connection has ended. */
  bool fence_passed() const noexcept;

  void close();
  void cut();

  /** @pre the protocol's framing is that one */
  socketio_probe& socketio() { return *socketio_; }
  websocket_probe& websocket() { return *websocket_; }

 private:
  void request(contract::client_action, std::string_view job);

  protocol_face const& face_;
  std::optional<socketio_probe> socketio_;
  std::optional<websocket_probe> websocket_;
  std::uint64_t fence_ = 0;
  std::size_t answers_before_ = 0;
};

}  // namespace uploadproto::conformance

#endif
