// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_CLIENT_CLIENT_LINK_HPP
#define UPLOADPROTO_CONFORMANCE_CLIENT_CLIENT_LINK_HPP

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/wire/socketio.hpp>
#include <vector>

#include "client/carrier.hpp"
#include "probe/world.hpp"
#include "protocols/protocol_face.hpp"

namespace uploadproto::conformance {

/** How the scripted server behaves. A case may change it at any time. */
struct manners {
  bool down = false;                   ///< every attempt to come in is answered by status 503
  bool websocket = true;               ///< false: upgrades are refused, as by a proxy that knows none
  unsigned gate = 0;                   ///< status by which a plain WebSocket is refused
  std::uint16_t door = 0;              ///< close code by which it is refused once it is open
  std::optional<std::string> refusal;  ///< message of the CONNECT_ERROR by which a socket is refused
  unsigned ticket_status = 200;        ///< of the answer to a request for a ticket
  bool job_known = true;               ///< false: REST does not know the job
  std::chrono::milliseconds ping_interval{25000}, ping_timeout{20000};  ///< as Engine.IO announces them
};

/** A job's event on its way to the client. */
struct told_event {
  std::string name;  ///< empty where the framing has none
  boost::json::value payload;

  friend bool operator==(told_event const&, told_event const&) = default;
};

/** One connection of the client under test, as the scripted server sees it. Shows everything, judges nothing,
    answers what a server must. */
class client_link {
 public:
  struct message {
    clock::time_point when;
    std::string name;            ///< of a Socket.IO event
    boost::json::array payload;  ///< its arguments
    std::string text;            ///< the whole, where the framing has no names
  };

  /** @param who names it in the trace. @param ticket of the address; empty: there was none */
  client_link(world&, std::string who, protocol_face const&, manners const&, std::string ticket);
  client_link(client_link const&) = delete;
  client_link& operator=(client_link const&) = delete;

  /** Where to hang a carrier on. */
  carrier::listener listener();
  /** Begins: the handshake of the framing. */
  void begin(std::shared_ptr<carrier>);

  std::string const& who() const noexcept { return who_; }
  std::string_view transport() const noexcept { return carrier_->name(); }
  std::string const& ticket() const noexcept { return ticket_; }
  std::optional<boost::json::value> const& auth() const noexcept { return auth_; }  ///< once CONNECT has come
  bool admitted() const noexcept { return admitted_; }
  bool refused() const noexcept { return refused_; }
  bool ended() const noexcept { return ended_; }
  clock::time_point began_at() const noexcept { return began_; }
  clock::time_point ended_at() const noexcept { return ended_at_; }
  std::vector<message> const& messages() const noexcept { return messages_; }
  std::vector<std::string> const& unreadable() const noexcept { return unreadable_; }
  std::size_t pongs() const noexcept { return pongs_; }  ///< answers to the server's heartbeats
  std::vector<clock::time_point> const& signs_of_life() const noexcept { return asked_; }  ///< the client's
  /** The job ids that the client has asked to follow here, in any shape: the text of any member. */
  std::vector<boost::json::value> subscriptions(
      contract::client_action = contract::client_action::subscribe) const;

  void tell(told_event const&);
  /** An event of Socket.IO with any arguments. */
  void emit(std::string_view name, boost::json::array arguments);
  /** A text message as it stands. */
  void send(std::string text);
  /** The server's heartbeat: an Engine.IO ping, or a ping frame. */
  void beat();
  void cut();
  void close(std::uint16_t code = 1000);

 private:
  bool framed() const noexcept { return face_.info->framing == contract::framing::socketio; }
  void take(std::string_view text);
  void take_engine(std::string_view packet);
  void take_packet(wire::socketio::packet);
  void take_connect(wire::socketio::packet const&);
  void take_event(wire::socketio::packet);
  void take_plain(std::string_view text);
  void send_packet(wire::socketio::packet_type, std::string const& nsp, boost::json::value data,
                   std::optional<std::uint64_t> id = std::nullopt);
  void greet();

  world& world_;
  std::string who_;
  protocol_face const& face_;
  manners const& manners_;
  std::string ticket_;
  std::shared_ptr<carrier> carrier_;
  wire::socketio::decoder decoder_;
  std::optional<boost::json::value> auth_;
  std::vector<message> messages_;
  std::vector<std::string> unreadable_;
  std::vector<clock::time_point> asked_;
  std::size_t pongs_ = 0;
  bool admitted_ = false, refused_ = false, ended_ = false;
  clock::time_point began_ = clock::now(), ended_at_{};
};

}  // namespace uploadproto::conformance

#endif
