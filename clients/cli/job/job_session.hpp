// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_JOB_JOB_SESSION_HPP
#define UPLOADPROTO_CLI_JOB_JOB_SESSION_HPP

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ssl/context.hpp>
#include <functional>
#include <memory>
#include <string>

#include "cli/command_line.hpp"
#include "cli/http/http_client.hpp"
#include "cli/job/job_feed.hpp"

namespace uploadproto::cli {

/** What all jobs of a command share: who asks, and whom they trust. */
struct credentials {
  std::shared_ptr<boost::asio::ssl::context> tls;
  std::function<std::string()> token;  ///< null: there is none
};

/** @throws failure for a token or a file of authorities that cannot be used */
credentials make_credentials(job_command const&);

/** The two ways to a server that a job has: its REST and its events. */
class job_session {
 public:
  /** @param notice takes the ups and downs of the connection for events; called as long as the session lives
   */
  job_session(boost::asio::any_io_executor executor, job_command const& what, credentials const& who,
              std::function<void(std::string const&)> notice);

  http_client& http() noexcept { return http_; }
  job_feed& feed() noexcept { return *feed_; }

 private:
  http_client http_;
  std::unique_ptr<job_feed> feed_;
};

}  // namespace uploadproto::cli

#endif
