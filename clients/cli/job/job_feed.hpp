// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_JOB_JOB_FEED_HPP
#define UPLOADPROTO_CLI_JOB_JOB_FEED_HPP

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <uploadproto/contract/protocol.hpp>
#include <uploadproto/session/reconnect.hpp>

#include "cli/job/job_update.hpp"
#include "cli/server_url.hpp"

namespace uploadproto::cli {

/** What a feed has to tell beside events. */
struct feed_notice {
  enum class what { lost, back, malformed, unsubscribed };
  what about{};
  std::string sentence;             ///< for people
  std::string job_id;               ///< of `unsubscribed`: the server shows it no more
  std::string event_name, payload;  ///< of `malformed`: what came, as JSON text
};

/** The live events of a user's jobs, whatever the protocol. Failures are thrown as `failure`. */
class job_feed {
 public:
  struct options {
    server_url server;
    std::shared_ptr<boost::asio::ssl::context> tls;
    std::function<std::string()> token;  ///< empty: none is sent
    /** Where a connection needs a ticket of its own instead: gets one, or throws `failure`. */
    std::function<boost::asio::awaitable<std::string>()> ticket;
    std::chrono::milliseconds timeout{30000};
    session::reconnect_options reconnection{};
    std::function<void(feed_notice)> notice;  ///< called as long as the feed lives
  };

  virtual ~job_feed() = default;

  virtual boost::asio::awaitable<void> connect() = 0;
  /** Asks for a job's events; a job that is not there, or not the user's, is a refusal. */
  virtual boost::asio::awaitable<void> subscribe(std::string job_id) = 0;
  /** Wants a job's events no more. */
  virtual void unsubscribe(std::string const& job_id) = 0;
  /** The next event of any job. Waits while a lost connection is made again. */
  virtual boost::asio::awaitable<job_update> next() = 0;
  virtual boost::asio::awaitable<void> close() = 0;
  /** Since when there has been no connection; nothing while there is one. */
  virtual std::optional<std::chrono::steady_clock::time_point> lost_since() const = 0;
  /** How often a lost connection has come back. What was said meanwhile may have been missed. */
  virtual std::uint64_t returns() const = 0;
};

/** @param protocol one of `known_protocols` */
std::unique_ptr<job_feed> make_job_feed(contract::protocol_info const& protocol, boost::asio::any_io_executor,
                                        job_feed::options);

}  // namespace uploadproto::cli

#endif
