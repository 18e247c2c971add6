// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_JSON_CLIENT_HPP
#define UPLOADPROTO_NET_JSON_CLIENT_HPP

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/contract/protocol.hpp>
#include <uploadproto/net/client_completion.hpp>
#include <uploadproto/net/client_connection.hpp>
#include <uploadproto/net/client_options.hpp>
#include <uploadproto/net/client_requests.hpp>
#include <uploadproto/net/client_stream.hpp>
#include <uploadproto/net/websocket_client.hpp>
#include <uploadproto/session/json_client.hpp>

namespace uploadproto::net {

/** A client of a protocol that is framed as plain JSON: one WebSocket for each job that is followed.

    Not thread-safe: every call, and the executor given, belong to one thread or strand. What the user sees
    (completions, handlers) is posted. Owned by `shared_ptr`; `shut` ends it. */
class json_client final : public std::enable_shared_from_this<json_client> {
 public:
  using subscribe_completion = client_completion<error_code>;
  using receive_completion = client_completion<error_code, client_event>;

  /** @param options `path`, `query`, `auth` and `transports` are the protocol's and not looked at
      @param token fetched for every attempt */
  json_client(boost::asio::any_io_executor const& executor, contract::protocol_info const& protocol,
              client_options options, client_credentials<std::string> token);
  ~json_client();

  [[nodiscard]] boost::asio::any_io_executor const& get_executor() const noexcept { return executor_; }

  /** Nothing is connected before a job is followed: only the options are judged. Signature:
      `void(error_code)`. */
  template <class CompletionToken>
  auto async_connect(CompletionToken&& token) {
    return boost::asio::async_initiate<CompletionToken, void(error_code)>(
        [](auto handler, std::shared_ptr<json_client> self) {
          subscribe_completion(std::move(handler), self->executor_)(self->requests_.error());
        },
        token, shared_from_this());
  }
  /** The next message, as an event without a name and with one argument. Signature: `void(error_code,
      client_event)`. Fails with `client_disconnect` after `async_close`, and with the reason when the last
      connection was given up. */
  template <class CompletionToken>
  auto async_receive(CompletionToken&& token) {
    return boost::asio::async_initiate<CompletionToken, void(error_code, client_event)>(
        [](auto handler, std::shared_ptr<json_client> self) {
          self->receive({std::move(handler), self->executor_});
        },
        token, shared_from_this());
  }
  /** Ends every connection. Signature: `void(error_code)`. */
  template <class CompletionToken>
  auto async_close(CompletionToken&& token) {
    return boost::asio::async_initiate<CompletionToken, void(error_code)>(
        [](auto handler, std::shared_ptr<json_client> self) {
          self->shut();
          subscribe_completion(std::move(handler), self->executor_)(error_code());
        },
        token, shared_from_this());
  }

  /** Connects for a job; completes when the connection stands, or with why there will be none. */
  void subscribe(std::string const& job, subscribe_completion done);
  /** The job has ended, or is of no interest: its connection is closed. */
  void unsubscribe(std::string_view job);
  void receive(receive_completion done);
  void shut();
  /** Destroys what waits, uncalled: the execution context is going away. */
  void abandon();

  void on_connect(std::function<void()> handler) { handlers_->connected = std::move(handler); }
  void on_disconnect(std::function<void(error_code reason, bool reconnecting)> handler) {
    handlers_->disconnected = std::move(handler);
  }
  void on_attempt_failed(std::function<void(client_failure const&)> handler) {
    handlers_->attempt_failed = std::move(handler);
  }
  void on_reconnect_attempt(
      std::function<void(std::size_t attempt, std::chrono::milliseconds delay)> handler) {
    handlers_->reconnecting = std::move(handler);
  }

  /** A job whose connection was lost and will not be made again. */
  void on_given_up(std::function<void(std::string const& job, error_code)> handler) {
    given_up_handler_ =
        std::make_shared<std::function<void(std::string const&, error_code)>>(std::move(handler));
  }

  /** Whether every job that is followed has its connection now, and there is one. */
  [[nodiscard]] bool connected() const;
  [[nodiscard]] client_failure const& last_failure() const noexcept { return failure_; }

 private:
  struct following {
    following(json_client& owner, std::string id);

    std::string job;
    session::json_client session;
    std::shared_ptr<websocket_client> websocket;
    boost::asio::steady_timer timer;
    std::deque<subscribe_completion> waiting;
  };
  using following_ptr = std::shared_ptr<following>;
  struct receiver {
    std::uint64_t ticket;
    receive_completion done;
  };

  template <class Input>
  void run(following_ptr const& f, Input&& input);
  void perform(following_ptr const& f, session::json_client::output out);
  void arm_timer(following_ptr const& f);
  void open(following_ptr const& f);
  void connect(following_ptr const& f, std::string const& token);
  void take(following_ptr const& f, std::string_view text);
  void gone(following_ptr const& f, std::weak_ptr<websocket_client> const& which, error_code error,
            int status);
  void end(following_ptr const& f, error_code why);
  void deliver(client_event event);
  void regulate_reading();
  void cancel_receive(std::uint64_t ticket);
  void fail_receivers(error_code why);
  [[nodiscard]] std::string target(std::string_view job, std::string const& token) const;
  template <class... Args, class... Values>
  void tell(std::function<void(Args...)> client_handlers::*handler, Values... values);

  boost::asio::any_io_executor executor_;
  contract::protocol_info const& protocol_;
  client_options options_;
  client_credentials<std::string> token_;
  client_requests requests_;
  client_route route_;
  std::map<std::string, following_ptr, std::less<>> jobs_;
  std::deque<receiver> receiving_;
  std::deque<client_event> events_;
  std::shared_ptr<client_handlers> handlers_ = std::make_shared<client_handlers>();
  std::shared_ptr<std::function<void(std::string const&, error_code)>> given_up_handler_;
  client_failure failure_;
  error_code given_up_;
  std::uint64_t next_ticket_ = 1;
};

}  // namespace uploadproto::net

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/net/impl/json_client.ipp>
#endif

#endif
