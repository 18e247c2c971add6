// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SOCKETIO_NAME_SPACE_HPP
#define UPLOADPROTO_SOCKETIO_NAME_SPACE_HPP

#include <uploadproto/config.hpp>
#include <uploadproto/contract/reader.hpp>
#include <uploadproto/session/ack_table.hpp>
#include <uploadproto/session/recovery_store.hpp>
#include <uploadproto/session/rooms.hpp>
#include <uploadproto/socketio/adapter.hpp>
#include <uploadproto/socketio/broadcast.hpp>
#include <uploadproto/socketio/event.hpp>
#include <uploadproto/socketio/listeners.hpp>
#include <uploadproto/socketio/socket.hpp>
#include <uploadproto/wire/socketio.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uploadproto::socketio {

class server;

/** What happened to a room. */
enum class room_change : unsigned char { created, joined, left, deleted };

/** A namespace: its connection checks, its handlers, its sockets and rooms.

    Made by `server::of`, and lives as long as the server, but for children of a dynamic one, which may be set
    to end with their last socket. */
class name_space final : public boost::intrusive_ref_counter<name_space, boost::thread_unsafe_counter>,
                         private adapter::host {
 public:
  using check = std::function<void(socket&, boost::json::object const& auth, connect_decision)>;
  using socket_handler = std::function<void(socket&)>;
  using event_handler = listeners::handler;
  using event_check = std::function<void(socket&, event&, connect_decision)>;
  using disconnect_handler = std::function<void(socket&, disconnect_reason)>;
  using decode_error_handler = std::function<void(socket&, event const&, contract::violations const&)>;

  name_space(server& owner, std::string name);
  name_space(name_space const&) = delete;
  name_space& operator=(name_space const&) = delete;
  ~name_space();

  std::string const& name() const noexcept override { return name_; }
  server& owner() const noexcept { return owner_; }

  /** Adds a connection check. Checks run in the order they were added, until one refuses. */
  name_space& use(check run);
  /** Adds a check of events. They run before the handlers; a refusal goes to `on_refused_event`. */
  name_space& use_event(event_check run);
  name_space& on_refused_event(std::function<void(socket&, event const&, connect_error const&)> handler);
  /** Called when a socket has joined the namespace. */
  name_space& on_connect(socket_handler handler);
  /** Called for each event of that name; several handlers run in the order they were added. */
  name_space& on(std::string name, event_handler handler);
  /** The same for a payload of a contract, the event's first argument. One that breaks the contract goes to
      `on_decode_error`. */
  template <contract::payload T>
  name_space& on(std::string name, std::function<void(socket&, T const&, event const&)> handler) {
    return on(std::move(name), [this, handler = std::move(handler)](socket& who, event const& arrived) {
      static boost::json::value const nothing;
      auto const read = contract::read<T>(arrived.args.empty() ? nothing : arrived.args.front());
      if (read.has_value()) return handler(who, *read, arrived);
      decode_failed(who, arrived, read.error());
    });
  }
  name_space& on_decode_error(decode_error_handler handler);
  name_space& off(std::string_view name);
  /** Called for each event that has no handler of its own. */
  name_space& on_other(event_handler handler);
  /** Called before the handlers of every event that comes in, or before every event to a socket goes out. */
  name_space& on_any(event_handler handler);
  name_space& on_any_outgoing(event_handler handler);
  /** Called before the rooms of a leaving socket are forgotten. */
  name_space& on_disconnecting(disconnect_handler handler);
  name_space& on_disconnect(disconnect_handler handler);
  /** Called when a room changes. */
  name_space& on_room(
      std::function<void(room_change, std::string_view room, std::string_view socket_id)> handler);
  /** Called for `server_side_emit` of other nodes. */
  name_space& on_server_side(std::function<void(event const&)> handler);

  broadcast to(std::string_view room) { return broadcast(*this).to(room); }
  broadcast in(std::string_view room) { return to(room); }
  broadcast except(std::string_view room) { return broadcast(*this).except(room); }
  broadcast local() { return broadcast(*this).local(); }
  broadcast volatile_() { return broadcast(*this).volatile_(); }
  /** Every socket of the namespace; of a dynamic one, of all its children. */
  broadcast all() { return broadcast(*this); }
  void emit(std::string_view name, boost::json::array const& args = {},
            std::vector<std::string> const& attachments = {}) {
    all().emit(name, args, attachments);
  }

  /** Emits to this namespace of every other node. @param handler their answers; empty where none is asked for
   */
  void server_side_emit(std::string const& event_name, boost::json::array const& args,
                        std::chrono::milliseconds timeout = std::chrono::seconds(5),
                        session::ack_table::handler handler = {});

  /** The socket of that id, or null. */
  socket_ptr find(std::string_view id) const;
  std::vector<socket_ptr> const& sockets() const noexcept { return sockets_; }
  /** Rooms of the namespace, the one-socket rooms of ids included. */
  session::room_table<socket> const& rooms() const noexcept { return rooms_; }
  /** What is kept for clients that were cut off; null where recovery is off. */
  session::recovery_store const* recovery() const noexcept { return recovery_.get(); }
  adapter& nodes() noexcept { return *adapter_; }

 private:
  friend class socket;
  friend class server;
  friend class broadcast;

  /** What was set by the application; children of a dynamic namespace begin with a copy. */
  struct behaviour {
    std::vector<check> checks;
    std::vector<event_check> event_checks;
    std::function<void(socket&, event const&, connect_error const&)> refused_event;
    socket_handler connected;
    listeners handlers;
    event_handler other;
    decode_error_handler decode_error;
    disconnect_handler disconnecting;
    disconnect_handler disconnected;
    std::function<void(room_change, std::string_view, std::string_view)> room;
    std::function<void(event const&)> server_side;
  };

  // adapter::host
  void deliver(room_selection const& to, broadcast_packet const& packet) override;
  void deliver_with_ack(room_selection const& to, broadcast_packet const& packet,
                        std::chrono::milliseconds timeout, std::function<void(std::size_t)> counted,
                        std::function<void(ack_reply)> replied) override;
  std::vector<remote_socket> describe(room_selection const& of) const override;
  void join(room_selection const& who, std::vector<std::string> const& rooms) override;
  void leave(room_selection const& who, std::vector<std::string> const& rooms) override;
  void disconnect(room_selection const& who, bool close) override;
  void server_side_event(event const& arrived) override;

  // Emitting.
  net::encoded_message encode(room_selection const& to, std::string_view event_name,
                              std::string_view args_text, std::vector<std::string> const& attachments,
                              bool recoverable);
  void send(room_selection const& to, net::encoded_message const& message, std::uint64_t merge_key);
  void send_volatile(room_selection const& to, net::encoded_message const& message);
  template <class Take>
  void select(room_selection const& of, Take&& take) const;
  std::uint64_t ask(std::vector<socket*> const& whom, broadcast_packet const& packet,
                    std::chrono::milliseconds timeout, session::ack_table::handler handler, bool open_ended);
  void arm_ack_timer();

  // Sockets.
  void run_checks(socket_ptr who, std::size_t from);
  void add(socket& who);
  void remove(socket& who, disconnect_reason reason);
  void keep_for_recovery(socket& who, disconnect_reason reason);
  void dispatch(socket& who, wire::socketio::packet packet);
  void check_event(socket_ptr who, std::shared_ptr<event> arrived, std::size_t from);
  void handle(socket& who, event const& arrived);
  void decode_failed(socket& who, event const& arrived, contract::violations const& wrong);
  void acked(wire::socketio::packet packet, socket& who);
  void joined(socket& who, std::string_view room);
  void left(socket& who, std::string_view room);
  void members_changed() noexcept { ++version_; }
  void let_go();

  server& owner_;
  std::string name_;
  behaviour set_;
  std::vector<socket_ptr> sockets_;
  mutable session::room_table<socket> rooms_;
  session::ack_table acks_;
  std::unique_ptr<net::loop_timer> ack_timer_;
  std::unique_ptr<session::recovery_store> recovery_;
  std::unique_ptr<adapter> adapter_;
  std::vector<name_space*> children_;
  name_space* parent_ = nullptr;
  std::size_t attached_ = 0;  // sockets that joined or are being checked
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  // The audience of the last broadcast: as long as it stays the same, broadcasts of a turn leave together.
  std::uint64_t version_ = 0;
  std::uint64_t audience_ = 0;
  std::uint64_t audience_version_ = 0;
  room_selection audience_of_;
  std::vector<socket*> selection_;
};

template <class Take>
void name_space::select(room_selection const& of, Take&& take) const {
  auto const wanted = [&](socket& each) {
    if (each.connected_ && (of.user.empty() || each.user == of.user)) take(each);
  };
  if (of.rooms.empty()) {
    rooms_.select_from(sockets_, of.except, wanted);
  } else {
    rooms_.select(of.rooms, of.except, wanted);
  }
}

}  // namespace uploadproto::socketio

#endif
