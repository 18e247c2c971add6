// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_JOB_JOB_START_HPP
#define UPLOADPROTO_CLI_JOB_JOB_START_HPP

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

#include "cli/command_line.hpp"
#include "cli/display/display.hpp"
#include "cli/http/http_client.hpp"
#include "cli/job/job_feed.hpp"
#include "cli/job/sent_messages.hpp"

namespace uploadproto::cli {

/** How a run begins: a file is uploaded, messages are sent, or a job that there is already is named; and the
    connection for its events is made first. */
class job_start {
 public:
  /** The references outlive it. */
  job_start(job_command const& what, display& show, job_feed& feed, http_client& http);

  /** Afterwards there is a subject to follow. @throws failure */
  boost::asio::awaitable<void> run();

  job_subject* subject() const noexcept { return subject_.get(); }
  /** Of the job or the upload; empty before there is one, and for messages. */
  std::string const& job_id() const noexcept { return job_id_; }
  /** Whether the server has it, so that it goes on without us. */
  bool taken() const noexcept { return taken_; }
  /** Of messages that were sent: what their server says already. */
  exit_code code() const noexcept { return code_; }

 private:
  boost::asio::awaitable<void> upload();
  boost::asio::awaitable<void> follow(std::string id);
  boost::asio::awaitable<void> send_messages();
  boost::asio::awaitable<void> send(sent_messages&, std::size_t number);
  void show_sent(std::uint64_t sent, std::uint64_t size);

  job_command const& command_;
  contract::rest_interface const& rest_;
  display& show_;
  job_feed& feed_;
  http_client& http_;
  std::unique_ptr<job_subject> subject_;
  std::string job_id_;
  bool taken_;
  exit_code code_ = exit_code::completed;
};

}  // namespace uploadproto::cli

#endif
