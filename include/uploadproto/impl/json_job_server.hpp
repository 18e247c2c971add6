// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_IMPL_JSON_JOB_SERVER_HPP
#define UPLOADPROTO_IMPL_JSON_JOB_SERVER_HPP

#include <uploadproto/config.hpp>
#include <uploadproto/contract/protocol.hpp>
#include <uploadproto/net/json_server.hpp>
#include <uploadproto/session/admission.hpp>
#include <uploadproto/session/job_board.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace uploadproto::detail {

/** The server role of protocols that are framed as plain JSON, without types: what `job_server` is to those
    over Socket.IO. Belongs to one loop. */
class json_job_server final : private net::json_server_handler {
 public:
  struct options {
    /** Verifies a token, or uses up a ticket: the user's id, or an error. Must be there where the protocol
        asks for a token: without it nobody comes in. See `session::ticket_office`. */
    std::function<result<std::string>(std::string_view token)> verify_token{};
    /** Tells of a job that this process has not reported on yet: its owner and, if it has ended, the terminal
        event. */
    std::function<std::optional<session::job_snapshot>(std::string_view job_id)> find_job{};
    /** Hears of what was not sent or let in, in one sentence without secrets. */
    std::function<void(std::string_view sentence)> log{};
    /** Hears of a client that has come in; empty user: of nobody known. */
    std::function<void(std::string_view user)> on_connect{};
    std::size_t max_jobs = 10'000;
    /** Who may come in, and how often; share one between the loops of a server. Unset: an own one, with the
        protocol's limits. */
    std::shared_ptr<session::admission> admission{};
    net::json_server_settings json{};
  };

  json_job_server(boost::asio::io_context& context, contract::protocol_info const& protocol, options opts);
  ~json_job_server();

  /** What is sent to each client that connects, before all else. @param greeting is told the job */
  void greet_with(std::function<session::job_event(std::string_view job_id)> greeting) {
    greeting_ = std::move(greeting);
  }

  /** Sends an event of a job. @return why the contract does not allow it now */
  error_code publish(std::string_view user, std::string_view job_id, session::job_board::report const& what,
                     session::job_event event);

  net::json_server& io() noexcept { return io_; }
  session::job_board const& board() const noexcept { return board_; }
  session::admission& admission() noexcept { return *options_.admission; }

 private:
  decision admit(std::string_view job_id, std::string_view token) override;
  void opened(net::json_link& link) override;
  void closed(std::string_view job_id, std::string_view user) override;

  decision refuse(net::http::status status, std::string_view code, std::string_view message,
                  std::string_view reason);
  void tell_latest(net::json_link& link, session::job_snapshot const& job);
  void log(std::string_view sentence) const {
    if (options_.log) options_.log(sentence);
  }

  contract::protocol_info const& protocol_;
  options options_;
  std::function<session::job_event(std::string_view)> greeting_;
  session::job_board board_;
  net::json_server io_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace uploadproto::detail

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/impl/json_job_server.ipp>
#endif

#endif
