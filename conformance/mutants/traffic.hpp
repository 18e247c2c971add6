// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_MUTANTS_TRAFFIC_HPP
#define UPLOADPROTO_CONFORMANCE_MUTANTS_TRAFFIC_HPP

#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/wire/socketio.hpp>
#include <uploadproto/wire/websocket.hpp>
#include <vector>

#include "probe/http_probe.hpp"

namespace uploadproto::conformance {

/** What goes through a relay on a client's connection: an Engine.IO packet, a message of a plain WebSocket,
   or a control frame. */
class relay_message {
 public:
  using opcode = wire::websocket::opcode;
  using packet_type = wire::socketio::packet_type;

  /** Reads what there is to read. @param socketio its text is an Engine.IO packet */
  relay_message(opcode, std::string text, bool socketio);
  /** An event of Socket.IO. */
  static relay_message event(std::string_view nsp, std::string_view name, boost::json::value payload);
  /** A text of a plain WebSocket. */
  static relay_message json(boost::json::value const&);
  static relay_message plain(std::string text) { return {opcode::text, std::move(text), false}; }
  /** Code of a close frame; 0 where it has none, or is none. */
  std::uint16_t close_code() const noexcept;
  static relay_message closing(std::uint16_t code);

  opcode op() const noexcept { return op_; }
  bool is_data() const noexcept { return op_ == opcode::text || op_ == opcode::binary; }
  /** As it goes over the wire, with what has been changed. */
  std::string text() const;

  /** The Socket.IO packet in it; null where there is none. */
  wire::socketio::packet* packet() noexcept { return packet_ ? &*packet_ : nullptr; }
  bool is(packet_type type) const noexcept { return packet_ && packet_->type == type; }
  /** Of a Socket.IO event; empty elsewhere. */
  std::string_view name() const noexcept;
  void rename(std::string_view event);
  /** What it says: an event's first argument, another packet's data, the value of a JSON text. Null where
     there is none. */
  boost::json::value* payload() noexcept;
  /** The same where it is an object. */
  boost::json::object* object() noexcept;

 private:
  opcode op_ = opcode::text;
  std::string text_;
  std::optional<wire::socketio::packet> packet_;
  std::optional<boost::json::value> value_;
};

class relay_access;

/** A client's connection. Lives as long as anything holds it; what is sent to one that has gone is dropped.
 */
class relay_client {
 public:
  virtual ~relay_client() = default;

  std::string listener;  ///< `bulk_upload`
  bool socketio = true;
  std::string user;                ///< by the token that it came with; empty: none
  std::string job;                 ///< that its address names
  std::vector<std::string> asked;  ///< ids in its events
  bool admitted = false;           ///< the namespace is connected, the WebSocket open
  bool alone = false;              ///< there is no server behind it
  std::uint64_t number = 0;        ///< no other connection of the relay has had it
  relay_access* by = nullptr;

  virtual void to_client(relay_message const&) = 0;
  virtual void to_server(relay_message const&) = 0;
  /** Ends the client's connection when what was sent has gone out. */
  virtual void end() = 0;
  /** A close frame to the client, and the end. */
  void close(std::uint16_t code);
};

/** A request and its answer. */
struct relay_exchange {
  std::string listener;
  http_call call;  ///< the URL is the target: path and query
  http_reply reply;
  std::string user;      ///< by its bearer token or the token in its address
  bool upgrade = false;  ///< to a WebSocket
  /** Set by a hook: there is an answer, the server is not asked. A 101 has the mutant for the other end. */
  bool answered = false;
  bool cut = false;   ///< the connection is closed without an answer
  bool hang = false;  ///< no answer ever comes
  /** The answer is held back until this is true, for seconds at most. */
  std::function<bool()> held_until{};
  relay_access* by = nullptr;

  std::string_view path() const noexcept { return std::string_view(call.url).substr(0, call.url.find('?')); }
  /** A member of the query, decoded; empty where there is none. */
  std::string query(std::string_view name) const;
  /** Puts another value in its place. */
  void set_query(std::string_view name, std::string_view value);
  std::string_view header(std::string_view name) const noexcept;
  void set_header(std::string_view name, std::string value);
  std::string bearer() const;
  void set_bearer(std::string_view token) { set_header("Authorization", "Bearer " + std::string(token)); }
  void answer(unsigned status, boost::json::value const& body);
  /** Opens a WebSocket that has no server behind it. */
  void open_alone();
};

/** What hooks may ask of the relay. */
class relay_access {
 public:
  virtual ~relay_access() = default;

  /** The connections that there are now. */
  virtual std::vector<std::shared_ptr<relay_client>> clients() = 0;
  /** Where the server itself is. */
  virtual std::string upstream(std::string_view listener) const = 0;
  /** A token for this user that is good for an hour; the claims are put over the usual ones. */
  std::string mint(std::string_view user, boost::json::object const& claims = {}) const;
  /** A fresh ticket of upload_progress. */
  std::string ticket(std::string_view user);

  std::string secret;
};

/** Where a relay is another server than the one behind it. What is not set passes everything on. */
struct relay_hooks {
  std::function<void(relay_client&, relay_message)> from_server;
  std::function<void(relay_client&, relay_message)> from_client;
  std::function<void(relay_exchange&)> request;  ///< before the server sees it
  std::function<void(relay_exchange&)> answer;   ///< before the client sees it
  std::function<void(relay_client&)> gone;       ///< a client's connection has ended
};

/** The claims of a token, whoever has signed it; empty when it is none. */
boost::json::object claims_of(std::string_view token);
/** `sub` of a token. */
std::string user_of(std::string_view token);

}  // namespace uploadproto::conformance

#endif
