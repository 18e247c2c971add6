// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_SOCKETIO_CLIENT_HPP
#define UPLOADPROTO_SESSION_SOCKETIO_CLIENT_HPP

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/result.hpp>
#include <uploadproto/session/client_error.hpp>
#include <uploadproto/wire/socketio.hpp>
#include <vector>

namespace uploadproto::session {

struct socketio_client_options {
  std::chrono::milliseconds connect_timeout{
      20000};                                 ///< from wanting a namespace on an open engine to its answer
  std::size_t max_send_buffer = 16u << 20;    ///< bytes kept for one namespace while it is not connected
  std::size_t max_early_events = 1024;        ///< events kept that arrive before CONNECT is answered
  std::size_t max_early_bytes = 16u << 20;    ///< of them, for one namespace
  std::size_t max_attachments = 10;           ///< of one event, both ways
  std::size_t max_pending_bytes = 16u << 20;  ///< of an event whose attachments are still arriving
  std::size_t max_depth = 64;                 ///< nesting of received JSON
};

/** What follows from an input to a Socket.IO client, in order. The last four kinds come from
 * `client_session`. */
struct socketio_client_action {
  enum class kind : unsigned char {
    send_text,    ///< `text` is a message for the engine
    send_binary,  ///< `text` is a binary message for the engine
    fail,         ///< the engine must end with `error`
    get_auth,     ///< call `authenticate` with the credentials for `nsp`
    connected,    ///< `text` is the socket's id; `flag`: the session was recovered
    refused,  ///< CONNECT_ERROR: `text` is the message, `value` the data, `error`; `flag`: tried again later
    disconnected,    ///< `error` is the reason; `flag`: the connection is going to be made again
    event,           ///< `value` is the array, name first; `id` when an answer is wanted
    acked,           ///< the answer to `ticket`: `value` is the array
    ack_failed,      ///< no answer to `ticket`: `error`
    upgraded,        ///< from polling to WebSocket
    attempt_failed,  ///< `error`, `number` is the HTTP status or 0
    reconnecting,    ///< attempt `number` follows after `delay`
    stopped,         ///< no connection and none will be made: `error`
  };
  kind what;
  std::string nsp = {};
  std::string text = {};
  error_code error = {};
  bool flag = false;
  boost::json::value value = {};
  std::vector<std::string> attachments = {};
  std::optional<std::uint64_t> id = {};
  std::uint64_t ticket = 0;
  std::uint64_t number = 0;
  std::chrono::milliseconds delay{};
};

/** The namespaces of one client connection: connect with auth, events, acks both ways, disconnect. WIRE 2.

    Sans-I/O. Outlives connections: what is emitted meanwhile waits, and wanted namespaces join whenever an
    engine opens. Every ticket given to `emit_with_ack` without an error gets exactly one `acked` or
   `ack_failed`, unless it is cancelled. */
class socketio_client {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using actions = std::vector<socketio_client_action>;

  explicit socketio_client(socketio_client_options const& options);
  socketio_client(socketio_client const&) = delete;
  socketio_client& operator=(socketio_client const&) = delete;

  void engine_opened(time_point now, actions& out);
  void engine_text(std::string_view message, actions& out);
  void engine_binary(std::string_view message, actions& out);
  /** @param reconnecting goes into the `disconnected` actions. */
  void engine_closed(error_code reason, bool reconnecting, actions& out);
  /** No connection any more: what waits fails with `reason`, and no namespace is wanted. */
  void stop(error_code reason, actions& out);

  /** Wants a namespace connected, now and after every reconnection. */
  void want(std::string const& nsp, time_point now, actions& out);
  /** Credentials for a namespace: an object, or null for none. Ones that were refused before are not sent
     again (CO-13): the refusal is repeated, with its flag set. */
  void authenticate(std::string const& nsp, boost::json::value auth, actions& out);
  /** There are no credentials to be had: the namespace counts as refused. */
  void fail_authentication(std::string const& nsp, actions& out);
  /** Asks for credentials again at `when`, after a refusal. */
  void retry(std::string const& nsp, time_point when);
  /** Leaves a namespace; it is not wanted any more. */
  void leave(std::string const& nsp, error_code reason, actions& out);

  /** @param room bytes that the engine still accepts.
      Errors: `not_connected`, `reserved_event`, `bad_arguments`, `send_buffer_full`. */
  error_code emit(std::string const& nsp, std::string_view name, boost::json::array const& args,
                  std::vector<std::string> attachments, std::size_t room, actions& out);
  error_code emit_with_ack(std::string const& nsp, std::string_view name, boost::json::array const& args,
                           std::vector<std::string> attachments, std::size_t room, std::uint64_t ticket,
                           std::optional<time_point> deadline, actions& out);
  /** The bytes that an event takes, or why it can be none. */
  [[nodiscard]] result<std::size_t> measure(std::string const& nsp, std::string_view name,
                                            boost::json::array const& args,
                                            std::vector<std::string> const& attachments) const;
  /** The answer is not awaited any more; an event that still waits to be sent is not sent. */
  void cancel(std::uint64_t ticket);
  error_code acknowledge(std::string const& nsp, std::uint64_t id, boost::json::array const& args,
                         std::vector<std::string> attachments, std::size_t room, actions& out);

  void expire(time_point now, actions& out);
  [[nodiscard]] std::optional<time_point> deadline() const;

  [[nodiscard]] bool wanted(std::string const& nsp) const;
  [[nodiscard]] bool connected(std::string const& nsp) const;
  /** It was connected once, so that losing it is a reason to come back. */
  [[nodiscard]] bool joined_before(std::string const& nsp) const;
  [[nodiscard]] bool any_wanted() const;

 private:
  enum class state : unsigned char { unwanted, waiting, resting, authenticating, connecting, connected };
  struct encoded {
    std::string text;
    std::vector<std::string> attachments;
    std::optional<std::uint64_t> ticket;
    [[nodiscard]] std::size_t size() const;
  };
  struct pending_ack {
    std::uint64_t ticket;
    std::optional<time_point> deadline;
    bool sent;
  };
  struct membership {
    state where = state::unwanted;
    bool joined_before = false;
    time_point deadline{};  // of resting, authenticating and connecting
    std::string pid, offset;
    std::optional<std::string> sent_auth, refused_auth;
    socketio_client_action refusal{socketio_client_action::kind::refused};
    std::deque<encoded> waiting;
    std::size_t waiting_bytes = 0;
    std::uint64_t next_ack = 0;
    std::map<std::uint64_t, pending_ack> acks;
    actions early;
    std::size_t early_bytes = 0;
  };

  void receive(wire::socketio::packet packet, actions& out);
  void receive_connect(std::string const& nsp, membership& m, wire::socketio::packet const& packet,
                       actions& out);
  void receive_refusal(std::string const& nsp, membership& m, wire::socketio::packet packet, actions& out);
  void receive_event(std::string const& nsp, membership& m, wire::socketio::packet packet, actions& out);
  void receive_ack(membership& m, wire::socketio::packet packet, actions& out);
  void request_auth(std::string const& nsp, membership& m, time_point now, actions& out);
  error_code encode(std::string const& nsp, std::string_view name, boost::json::array const& args,
                    std::optional<std::uint64_t> id, std::vector<std::string> attachments,
                    encoded& packet) const;
  error_code queue(membership& m, encoded packet, std::size_t available, actions& out);
  void flush(membership& m, actions& out);
  static void send_disconnect(std::string const& nsp, actions& out);
  static void send(encoded packet, actions& out);
  static void remove_waiting(membership& m, std::uint64_t ticket);
  static void fail_acks(membership& m, bool unsent_too, error_code reason, actions& out);

  socketio_client_options options_;
  wire::socketio::decoder::limits limits_;
  wire::socketio::decoder decoder_;
  std::map<std::string, membership, std::less<>> memberships_;
  std::size_t arrived_ = 0;  // bytes of the packet that is arriving or was just taken
  bool engine_open_ = false;
};

}  // namespace uploadproto::session

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/session/impl/socketio_client.ipp>
#endif

#endif
