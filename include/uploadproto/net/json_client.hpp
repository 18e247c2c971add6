// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_JSON_CLIENT_HPP
#define UPLOADPROTO_NET_JSON_CLIENT_HPP

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/contract/protocol.hpp>
#include <uploadproto/net/client_completion.hpp>
#include <uploadproto/net/client_connection.hpp>
#include <uploadproto/net/client_options.hpp>

namespace uploadproto::net {

/** A client of a protocol that is framed as plain JSON: one WebSocket for each job that is followed.

    Abstract so that the streams, TLS and HTTP behind it are compiled in one place. Not thread-safe: every
   call, and the executor given, belong to one thread or strand. What the user sees (completions, handlers) is
   posted. Owned by `shared_ptr`; `shut` ends it. */
class json_client : public std::enable_shared_from_this<json_client> {
 public:
  using subscribe_completion = client_completion<error_code>;
  using receive_completion = client_completion<error_code, client_event>;

  virtual ~json_client() = default;

  [[nodiscard]] virtual boost::asio::any_io_executor const& get_executor() const noexcept = 0;

  /** Nothing is connected before a job is followed: only the options are judged. Signature:
      `void(error_code)`. */
  template <class CompletionToken>
  auto async_connect(CompletionToken&& token) {
    return boost::asio::async_initiate<CompletionToken, void(error_code)>(
        [](auto handler, std::shared_ptr<json_client> self) {
          subscribe_completion(std::move(handler), self->get_executor())(self->options_error());
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
          self->receive({std::move(handler), self->get_executor()});
        },
        token, shared_from_this());
  }
  /** Ends every connection. Signature: `void(error_code)`. */
  template <class CompletionToken>
  auto async_close(CompletionToken&& token) {
    return boost::asio::async_initiate<CompletionToken, void(error_code)>(
        [](auto handler, std::shared_ptr<json_client> self) {
          self->shut();
          subscribe_completion(std::move(handler), self->get_executor())(error_code());
        },
        token, shared_from_this());
  }

  /** `client_error::bad_url` for options that cannot go into a request. */
  [[nodiscard]] virtual error_code options_error() const = 0;
  /** Connects for a job; completes when the connection stands, or with why there will be none. */
  virtual void subscribe(std::string const& job, subscribe_completion done) = 0;
  /** The job has ended, or is of no interest: its connection is closed. */
  virtual void unsubscribe(std::string_view job) = 0;
  virtual void receive(receive_completion done) = 0;
  virtual void shut() = 0;
  /** Destroys what waits, uncalled: the execution context is going away. */
  virtual void abandon() = 0;

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
    given_up_handler_ = std::make_shared<given_up_handler>(std::move(handler));
  }

  /** Whether every job that is followed has its connection now, and there is one. */
  [[nodiscard]] virtual bool connected() const = 0;
  [[nodiscard]] virtual client_failure const& last_failure() const noexcept = 0;

 protected:
  using given_up_handler = std::function<void(std::string const& job, error_code)>;

  std::shared_ptr<client_handlers> handlers_ = std::make_shared<client_handlers>();
  std::shared_ptr<given_up_handler> given_up_handler_;
};

/** @param protocol kept by address
    @param options `path`, `query`, `auth` and `transports` are the protocol's and not looked at
    @param token fetched for every attempt */
[[nodiscard]] UPLOADPROTO_DECL std::shared_ptr<json_client> make_json_client(
    boost::asio::any_io_executor const& executor, contract::protocol_info const& protocol,
    client_options options, client_credentials<std::string> token);

}  // namespace uploadproto::net

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/net/impl/json_client.ipp>
#endif

#endif
