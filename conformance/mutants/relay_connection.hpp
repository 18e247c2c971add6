// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_MUTANTS_RELAY_CONNECTION_HPP
#define UPLOADPROTO_CONFORMANCE_MUTANTS_RELAY_CONNECTION_HPP

#include <memory>
#include <string>
#include <string_view>

#include "mutants/frames.hpp"
#include "mutants/traffic.hpp"

namespace uploadproto::conformance {

/** A client's connection through the relay: a WebSocket, an Engine.IO session over polling, or one that goes
    over from this to that. */
class relay_connection final : public relay_client, public std::enable_shared_from_this<relay_connection> {
 public:
  explicit relay_connection(relay_hooks const& hooks) : hooks_(hooks) {}

  void to_client(relay_message const&) override;
  void to_server(relay_message const&) override;
  void end() override;

  /** Through the hooks. */
  void heard_from_server(relay_message);
  void heard_from_client(relay_message);

  /** The packets of a body, through the hooks. @return what is to go on, maybe nothing */
  std::string relayed_answer(std::string_view body);
  std::string relayed_request(std::string_view body);

  /** Passes frames on until either end has closed. @param server null: the mutant is the other end */
  net::awaitable<void> run(std::shared_ptr<frame_socket> client, std::shared_ptr<frame_socket> server);

  bool open() const noexcept { return open_; }

 private:
  net::awaitable<void> pass_on(std::shared_ptr<frame_socket> from, bool from_client);
  void learn(relay_message& from_client);
  bool over_websocket() const noexcept { return client_ && (moved_ || !polled_); }

  relay_hooks const& hooks_;
  std::shared_ptr<frame_socket> client_, server_;
  std::string for_client_, for_server_;  // packets for the next polling body
  bool polled_ = false, moved_ = false, open_ = true;
};

}  // namespace uploadproto::conformance

#endif
