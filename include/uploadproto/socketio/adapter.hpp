// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SOCKETIO_ADAPTER_HPP
#define UPLOADPROTO_SOCKETIO_ADAPTER_HPP

#include <uploadproto/config.hpp>
#include <uploadproto/session/recovery_store.hpp>
#include <uploadproto/socketio/event.hpp>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace uploadproto::socketio {

using session::room_selection;

/** A socket as it is seen from anywhere in a cluster. */
struct remote_socket {
  std::string id;
  std::vector<std::string> rooms;
  boost::json::value handshake;  ///< what a node tells of it; null where it was forgotten
};

/** An event for sockets of other nodes too. */
struct broadcast_packet {
  std::string name;
  boost::json::array args;  ///< bytes as placeholders, see `event`
  std::vector<std::string> attachments;
  bool is_volatile = false;
  std::uint64_t merge_key = 0;  ///< see `broadcast::emit_json`
};

/** What connects a namespace with the same namespace on other nodes.

    A namespace serves its own sockets itself. Whatever concerns others it hands to its adapter as well, and
    the adapter does through `host` what other nodes ask for. One adapter a namespace; all calls are on its
    loop. Completions are called once, on the loop too; a node that does not answer in time is the adapter's
   to give up on.
*/
class adapter {
 public:
  using done = std::function<void(error_code)>;

  /** The namespace, as an adapter sees it. Acts on its own sockets only. */
  class host {
   public:
    virtual std::string const& name() const noexcept = 0;
    virtual void deliver(room_selection const& to, broadcast_packet const& packet) = 0;
    /** @param counted how many were asked @param replied for each answer */
    virtual void deliver_with_ack(room_selection const& to, broadcast_packet const& packet,
                                  std::chrono::milliseconds timeout, std::function<void(std::size_t)> counted,
                                  std::function<void(ack_reply)> replied) = 0;
    virtual std::vector<remote_socket> describe(room_selection const& of) const = 0;
    virtual void join(room_selection const& who, std::vector<std::string> const& rooms) = 0;
    virtual void leave(room_selection const& who, std::vector<std::string> const& rooms) = 0;
    virtual void disconnect(room_selection const& who, bool close) = 0;
    /** Another node's `server_side_emit`; `reply` is empty where no answer is asked for. */
    virtual void server_side_event(event const& arrived) = 0;

   protected:
    ~host() = default;
  };

  virtual ~adapter() = default;
  /** There are no other nodes: nothing needs to be handed over. */
  virtual bool alone() const noexcept = 0;
  /** Nodes, this one included. */
  virtual void server_count(std::function<void(error_code, std::size_t)> handler) = 0;
  virtual void broadcast(room_selection const& to, broadcast_packet const& packet) = 0;
  virtual void broadcast_with_ack(room_selection const& to, broadcast_packet const& packet,
                                  std::chrono::milliseconds timeout, std::function<void(std::size_t)> counted,
                                  std::function<void(ack_reply)> replied) = 0;
  virtual void fetch_sockets(room_selection const& of,
                             std::function<void(error_code, std::vector<remote_socket>)> handler) = 0;
  virtual void join(room_selection const& who, std::vector<std::string> const& rooms) = 0;
  virtual void leave(room_selection const& who, std::vector<std::string> const& rooms) = 0;
  virtual void disconnect(room_selection const& who, bool close) = 0;
  /** @param handler one answer of each other node; empty where none is asked for */
  virtual void server_side_emit(std::string const& name, boost::json::array const& args,
                                std::chrono::milliseconds timeout, session::ack_table::handler handler) = 0;
};

/** Makes the adapter of a namespace. The host outlives it. */
using adapter_factory = std::function<std::unique_ptr<adapter>(adapter::host&)>;

/** One process, one loop: nobody else. */
class in_process_adapter final : public adapter {
 public:
  bool alone() const noexcept override { return true; }
  void server_count(std::function<void(error_code, std::size_t)> handler) override { handler({}, 1); }
  void broadcast(room_selection const&, broadcast_packet const&) override {}
  void broadcast_with_ack(room_selection const&, broadcast_packet const&, std::chrono::milliseconds,
                          std::function<void(std::size_t)> counted, std::function<void(ack_reply)>) override {
    counted(0);
  }
  void fetch_sockets(room_selection const&,
                     std::function<void(error_code, std::vector<remote_socket>)> handler) override {
    handler({}, {});
  }
  void join(room_selection const&, std::vector<std::string> const&) override {}
  void leave(room_selection const&, std::vector<std::string> const&) override {}
  void disconnect(room_selection const&, bool) override {}
  void server_side_emit(std::string const&, boost::json::array const&, std::chrono::milliseconds,
                        session::ack_table::handler handler) override {
    if (handler) handler({}, {});
  }
};

}  // namespace uploadproto::socketio

#endif
