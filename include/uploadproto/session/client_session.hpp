// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_CLIENT_SESSION_HPP
#define UPLOADPROTO_SESSION_CLIENT_SESSION_HPP

#include <functional>
#include <uploadproto/session/engineio_client.hpp>
#include <uploadproto/session/reconnect.hpp>
#include <uploadproto/session/retry_queue.hpp>
#include <uploadproto/session/socketio_client.hpp>
#include <vector>

namespace uploadproto::session {

struct client_session_options {
  std::vector<client_transport> transports{client_transport::websocket, client_transport::polling};
  bool try_all_transports = true;  ///< an attempt goes on to the next transport when one fails
  bool remember_upgrade = false;   ///< begin with WebSocket once an upgrade to it succeeded
  std::chrono::milliseconds connect_timeout{20000};  ///< for one transport's handshake, and again for CONNECT
  engineio_client_options engine;
  socketio_client_options socket;
  reconnect_options reconnection;
  retry_options retry;
};

/** A client that stays connected: attempts, transports in order, Engine.IO, Socket.IO, reconnection.

    Sans-I/O: the one object a driver talks to. Inputs append requests for I/O to `output::io` (never
   `opened`, `deliver_…` or `closed`: those stay inside) and news for the program to `output::events` (never
   `send_…` or `fail`). Every connection that was begun by `connect` ends with exactly one `stopped`. */
class client_session {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  struct output {
    engineio_client::actions io;
    socketio_client::actions events;
  };

  /** @param random gives numbers uniform in [0, 1), for the jitter of reconnection. */
  client_session(client_session_options options, std::function<double()> random);

  /** Wants a namespace; begins to connect if there is no connection. Ends in `connected`, in a `refused`
     without its flag, or in `stopped`. */
  void connect(std::string const& nsp, time_point now, output& out);
  /** The answer to `get_auth`; an error fails the namespace like a refusal. */
  void authenticate(std::string const& nsp, error_code error, boost::json::value auth, time_point now,
                    output& out);
  /** Leaves a namespace; with the last one the connection closes in order. */
  void disconnect(std::string const& nsp, time_point now, output& out);
  /** Ends at once. */
  void abort(error_code reason, time_point now, output& out);

  /** With retries, an event that is not volatile is delivered at least once, in its turn, and so is one that
      asks for an answer: it fails only after its last try. */
  error_code emit(std::string const& nsp, std::string_view name, boost::json::array const& args,
                  std::vector<std::string> attachments, bool is_volatile, time_point now, output& out);
  error_code emit_with_ack(std::string const& nsp, std::string_view name, boost::json::array const& args,
                           std::vector<std::string> attachments, std::uint64_t ticket,
                           std::optional<std::chrono::milliseconds> timeout, time_point now, output& out);
  void cancel_ack(std::uint64_t ticket, time_point now, output& out);
  error_code acknowledge(std::string const& nsp, std::uint64_t id, boost::json::array const& args,
                         std::vector<std::string> attachments, time_point now, output& out);

  // What the transports report.
  void poll_answered(int status, std::string_view body, time_point now, output& out);
  void poll_failed(error_code cause, time_point now, output& out);
  void post_answered(int status, time_point now, output& out);
  void post_failed(error_code cause, time_point now, output& out);
  void websocket_opened(time_point now, output& out);
  void websocket_text(std::string_view frame, time_point now, output& out);
  void websocket_binary(std::string_view bytes, time_point now, output& out);
  void websocket_written(time_point now, output& out);
  void websocket_ended(error_code cause, int http_status, time_point now, output& out);

  void expire(time_point now, output& out);
  [[nodiscard]] std::optional<time_point> deadline() const;

  /** No connection, and none will be made. */
  [[nodiscard]] bool stopped() const { return state_ == state::stopped; }
  [[nodiscard]] bool wanted(std::string const& nsp) const { return socket_.wanted(nsp); }
  [[nodiscard]] bool connected(std::string const& nsp) const { return socket_.connected(nsp); }
  /** Whether a volatile event would leave now. */
  [[nodiscard]] bool writable(std::string const& nsp) const {
    return socket_.connected(nsp) && engine_.writable();
  }
  [[nodiscard]] client_transport transport() const { return engine_.transport(); }
  [[nodiscard]] std::string const& sid() const { return engine_.sid(); }

 private:
  enum class state : unsigned char { stopped, opening, open, resting };

  void begin_attempt(time_point now);
  void try_transport(time_point now);
  void prefer(client_transport worked);
  void pump(time_point now, output& out);
  void drain_socket(time_point now, output& out);
  void take_engine(engineio_client_action action, time_point now, output& out);
  void take_socket(socketio_client_action action, time_point now, output& out);
  void engine_closed(engineio_client_action const& closed, time_point now, output& out);
  void refused(socketio_client_action refusal, time_point now, output& out);
  void after_failure(error_code why, bool worth_retrying, time_point now, output& out);
  void close_if_unused(time_point now);
  error_code enqueue(std::string const& nsp, retry_queue::entry event, time_point now, output& out);
  void serve_retries(time_point now);
  bool end_try(socketio_client_action const& result);
  [[nodiscard]] std::size_t room() const;

  client_session_options options_;
  std::function<double()> random_;
  engineio_client engine_;
  socketio_client socket_;
  reconnect backoff_;
  retry_queue retries_;
  engineio_client::actions engine_actions_;
  socketio_client::actions socket_actions_;
  state state_ = state::stopped;
  bool closing_ = false;        // in order, because no namespace is wanted any more
  bool joined_before_ = false;  // since `connect` began the connection
  bool joined_this_time_ = false;
  std::size_t preferred_ = 0;  // index of the transport to try first: the one that worked last
  std::size_t tried_ = 0;      // transports tried in this attempt
  time_point attempt_deadline_{};
  time_point rest_deadline_{};
};

}  // namespace uploadproto::session

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/session/impl/client_session.ipp>
#endif

#endif
