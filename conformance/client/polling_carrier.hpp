// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_CLIENT_POLLING_CARRIER_HPP
#define UPLOADPROTO_CONFORMANCE_CLIENT_POLLING_CARRIER_HPP

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <memory>
#include <optional>

#include "client/carrier.hpp"

namespace uploadproto::conformance {

/** Engine.IO's HTTP transport: packets wait for a GET, and come by POST. With an upgrade it hands over to a
    WebSocket. */
class polling_carrier final : public carrier {
 public:
  polling_carrier(boost::asio::any_io_executor, listener);

  void send(std::string packet) override;
  void close(std::uint16_t code) override;
  void cut() override;
  std::string_view name() const noexcept override {
    return upgrade_done_ ? "polling, then websocket" : "polling";
  }

  /** The body of the answer to a GET, as soon as there is something to say; nothing when the connection was
      cut meanwhile. */
  boost::asio::awaitable<std::optional<std::string>> poll();
  /** The body of a POST. */
  void post(std::string_view body);
  bool over() const noexcept { return over_; }
  /** What a WebSocket that came for an upgrade says goes here first. */
  listener upgraded_by(std::shared_ptr<std::shared_ptr<carrier>> websocket);

 private:
  void take(std::string_view packet);
  void probe(carrier& websocket, std::string_view packet);
  void end(std::string const& why);

  listener told_;
  boost::asio::steady_timer wake_;
  std::deque<std::string> waiting_;
  std::shared_ptr<std::shared_ptr<carrier>> websocket_;
  bool over_ = false, upgrade_done_ = false, silent_ = false;
};

}  // namespace uploadproto::conformance

#endif
