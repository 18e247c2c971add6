// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_BINDINGS_C_BOUND_CLIENT_HPP
#define UPLOADPROTO_BINDINGS_C_BOUND_CLIENT_HPP

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "call_loop.hpp"
#include "cli/http/http_client.hpp"
#include "cli/job/job_feed.hpp"
#include "event_queue.hpp"

namespace uploadproto::bindings {

/** What a client is made with, checked. */
struct client_settings {
  contract::protocol_info const* protocol = nullptr;
  cli::server_url server, rest_server;
  std::shared_ptr<boost::asio::ssl::context> tls;
  std::function<std::string()> token;  ///< null: none
  std::chrono::milliseconds timeout{};
  std::chrono::milliseconds reconnect{};  ///< negative: without end

  /** @throws call_error for what is wrong with an option, failure for the file of authorities */
  static client_settings from(uploadproto_client_options const&);
};

/** A client whose coroutines run in the calls of its user. Failures are thrown as `call_error` and `failure`.
 */
class bound_client {
 public:
  explicit bound_client(client_settings settings);

  void connect();
  void close();
  void subscribe(std::string const& job);
  void unsubscribe(std::string const& job);
  /** @return the job's id, valid until the next call */
  std::string const& upload(std::string const& path, std::string const& template_name,
                            uploadproto_sent_function sent, void* context);
  void cancel(std::string const& job);
  /** @param timeout none: without end @return null when the time is over */
  uploadproto_event const* poll(std::optional<std::chrono::milliseconds> timeout);
  /** From any thread. */
  void interrupt() { loop_.interrupt(); }
  call_loop& loop() noexcept { return loop_; }

 private:
  enum class phase { fresh, connected, closed };

  contract::rest_interface const& rest() const noexcept { return settings_.protocol->rest; }
  void require_open() const;
  void require_connection() const;
  void receive();
  void take(std::exception_ptr wrong, cli::job_update update);
  void take(cli::feed_notice const&);
  void ask_status(std::string job);
  void make_subscription(std::string const& job);
  std::optional<call_loop::clock::time_point> patience_end();

  client_settings settings_;
  event_queue events_;
  cli::http_client http_;
  call_loop loop_;
  std::unique_ptr<cli::job_feed> feed_;  // before the loop it goes: its operations end there
  phase phase_ = phase::fresh;
  bool receiving_ = false;
  std::exception_ptr lost_;
  std::string job_id_;
};

}  // namespace uploadproto::bindings

#endif
