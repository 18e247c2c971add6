// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_JSON_CLIENT_HPP
#define UPLOADPROTO_SESSION_JSON_CLIENT_HPP

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/contract/protocol.hpp>
#include <uploadproto/result.hpp>
#include <uploadproto/session/client_error.hpp>
#include <uploadproto/session/reconnect.hpp>
#include <uploadproto/wire/websocket.hpp>

namespace uploadproto::session {

/** A client's connection for one job of a protocol that is framed as plain JSON: made, kept alive, and made
    again with a fresh token (UP-C1, CO-13).

    A refusal of the token is tried once more where a fresh one can be had, and then reported; a refusal of
    the user is reported at once. What the server closes after its greeting is made again, with growing waits.

    Sans-I/O: give it what happens and the time, and do what an `output` says. Not thread-safe. */
class json_client {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  struct options {
    reconnect_options reconnection{};
    std::chrono::milliseconds connect_timeout{20000};
    bool fresh_tokens = false;  ///< each attempt may have a token of its own
  };

  /** How a connection, or an attempt at one, ended. */
  struct loss {
    error_code error;     ///< `client_error::unauthorized`: no token is to be had any more
    int http_status = 0;  ///< of an answer that was no upgrade
    std::optional<wire::websocket::close_code> close{};  ///< of the server's close frame
  };

  /** What the driver has to do, in this order. */
  struct output {
    bool drop = false;                       ///< forget the connection that is there
    bool connected = false;                  ///< it stands: tell those who wait for it
    std::optional<error_code> disconnected;  ///< it stood and was lost
    std::optional<error_code> failed;        ///< an attempt failed
    std::optional<error_code> ended;         ///< nothing more comes; no error: the job's end was reached
    std::optional<std::chrono::milliseconds> waiting;  ///< the next attempt begins after this
    bool open = false;                                 ///< fetch a token and connect
    std::string say;                                   ///< send this as a text message
  };

  /** @param protocol kept by address. @param random uniform in [0, 1), for the waits */
  json_client(contract::protocol_info const& protocol, options opts, double (*random)())
      : protocol_(protocol), options_(opts), random_(random), reconnect_(opts.reconnection) {}

  void start(time_point now, output& out);
  void opened(time_point now, output& out);
  /** A message, or any other sign of life. */
  void heard(time_point now) noexcept;
  void lost(loss const& how, time_point now, output& out);
  /** The job has ended, or nobody wants to know more: the connection is of no use. */
  void finish(output& out);
  void expire(time_point now, output& out);
  time_point deadline() const noexcept;

  bool open() const noexcept { return state_ == state::open; }
  bool ended() const noexcept { return state_ == state::ended; }
  /** Attempts in a row that have failed. */
  std::size_t attempts() const noexcept { return reconnect_.made(); }

 private:
  enum class state : unsigned char { idle, opening, open, waiting, ended };

  void open_now(time_point now, output& out);
  void end(error_code why, output& out);
  bool refuses_token(loss const& how) const noexcept;
  bool refuses_user(loss const& how) const noexcept;

  contract::protocol_info const& protocol_;
  options options_;
  double (*random_)();
  reconnect reconnect_;
  state state_ = state::idle;
  bool was_open_ = false;               // at any time
  bool heard_here_ = false;             // on this connection
  bool token_refused_ = false;          // by the last attempt
  time_point due_ = time_point::max();  // of the state: end of an attempt, or of a wait
  time_point next_ping_ = time_point::max();
  time_point last_heard_{};
};

}  // namespace uploadproto::session

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/session/impl/json_client.ipp>
#endif

#endif
