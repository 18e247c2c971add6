// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_IMPL_JOB_SERVER_HPP
#define UPLOADPROTO_IMPL_JOB_SERVER_HPP

#include <uploadproto/config.hpp>
#include <uploadproto/contract/protocol.hpp>
#include <uploadproto/session/job_board.hpp>
#include <uploadproto/socketio/server.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace uploadproto::detail {

/** What a client asked for, read by the contract: the job it names, or why the payload is no good. */
struct client_request {
  contract::client_action action{};
  std::string job_id;
  std::string problem;  // not empty: the payload breaks the contract
};

/** The server role without types: every protocol's events are names and JSON text here, so that this is
    compiled once. Belongs to one loop. */
class job_server {
 public:
  struct options {
    /** Verifies a token: the user's id, or an error. Not called where the protocol asks for no token. */
    std::function<result<std::string>(std::string_view token)> verify_token{};
    /** Tells of a job that this process has not reported on yet: its owner and, if it has ended, the terminal
        event. (Of a job that goes on, what comes next tells more than what was stored last.) */
    std::function<std::optional<session::job_snapshot>(std::string_view job_id)> find_job{};
    /** Hears of what was not sent or let in, in one sentence without secrets. */
    std::function<void(std::string_view sentence)> log{};
    /** Hears of a client that has come in; empty user: of nobody known. */
    std::function<void(std::string_view user)> on_connect{};
    std::size_t max_jobs = 10'000;
    socketio::server_options socketio{};
  };

  job_server(boost::asio::io_context& context, contract::protocol_info const& protocol, options opts);

  /** Answers to this client event. */
  void handle(std::string_view event_name,
              std::function<client_request(boost::json::value const& payload)> read);

  /** What is sent to each client that connects, before all else, and to each that asks for a ping. */
  void greet_with(std::function<session::job_event()> greeting) { greeting_ = std::move(greeting); }
  void answer_ping_with(std::function<session::job_event()> pong) { pong_ = std::move(pong); }

  /** Sends an event of a job. @return why the contract does not allow it now */
  error_code publish(std::string_view user, std::string_view job_id, session::job_board::report const& what,
                     session::job_event event);

  socketio::server& io() noexcept { return io_; }
  session::job_board const& board() const noexcept { return board_; }

 private:
  void check(socketio::socket& client, boost::json::object const& auth, socketio::connect_decision decide);
  bool follows_enough(socketio::socket const& client) const;
  std::string_view token_of(socketio::socket const& client, boost::json::object const& auth) const;
  void subscribe(socketio::socket& client, socketio::event const& asked, client_request const& request);
  void unsubscribe(socketio::socket& client, socketio::event const& asked, client_request const& request);
  std::optional<session::job_snapshot> find(std::string_view job_id) const;
  void tell_stored_end(socketio::socket_ptr client, std::string job_id, session::job_event end);
  void log(std::string_view sentence) const {
    if (options_.log) options_.log(sentence);
  }

  contract::protocol_info const& protocol_;
  options options_;
  std::function<session::job_event()> greeting_, pong_;
  session::job_board board_;
  socketio::server io_;
  socketio::name_space& nsp_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace uploadproto::detail

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/impl/job_server.ipp>
#endif

#endif
