// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLIENT_HPP
#define UPLOADPROTO_CLIENT_HPP

#include <uploadproto/contract/protocol.hpp>
#include <uploadproto/impl/follow_job.hpp>
#include <uploadproto/impl/job_client.hpp>
#include <uploadproto/impl/typed_receive.hpp>

namespace uploadproto {

/** The client role of a protocol: connects with a token, follows jobs, and keeps doing so across cuts.

    @tparam Protocol a declaration, such as `contract::bulk_upload`. Its framing decides what is spoken:
            Socket.IO, or plain JSON over WebSocket. The latter has a connection for each job, which is made
            by `async_subscribe` and ends with the job.

    A lost connection is made again by itself, with growing waits and a fresh token where a function supplies
    it, and every subscription is made again (CO-12, CO-13). Completion tokens, cancellation and threads are
   as for `socketio::client`.

    @code
    asio::awaitable<void> follow(std::string url, std::string token, std::string job) {
      auto executor = co_await asio::this_coro::executor;
      uploadproto::client<uploadproto::contract::bulk_upload> client(executor, {.url = url, .token = token});
      co_await client.async_connect(asio::use_awaitable);
      co_await client.async_subscribe(job, asio::use_awaitable);
      for (;;) {
        auto event = co_await client.async_receive(asio::use_awaitable);
        if (auto* done = std::get_if<contract::bulk_upload_complete>(&event)) co_return;
      }
    }
    @endcode
*/
template <contract::protocol Protocol>
class client {
  static constexpr bool plain_json = Protocol::info.framing == contract::framing::json;

 public:
  /** One of the protocol's events to clients, or `malformed_event`: a `std::variant`. */
  using event = detail::received_variant_t<Protocol>;
  using executor_type = boost::asio::any_io_executor;

  client(executor_type const& executor, client_options options)
      : core_(make_core(executor, std::move(options))) {
    core_->start();
  }

  [[nodiscard]] executor_type get_executor() const noexcept { return core_->socket().get_executor(); }

  /** Connects. Signature: `void(error_code)`. Compare errors with `session::client_condition`: `refused` for
     a bad token, `cannot_connect` where nobody answers. Only the first connection has to be asked for. */
  template <class CompletionToken>
  auto async_connect(CompletionToken&& token) {
    return core_->socket().async_connect(std::forward<CompletionToken>(token));
  }

  /** Asks for a job's events. Signature: `void(error_code)`, with the errors of `subscribe_error`.

      Lasts until `unsubscribe`, across reconnections. A server that does not acknowledge is given
      `client_options::subscribe_timeout`; then, and when the connection is lost meanwhile, the subscription
      counts as made. */
  template <class CompletionToken>
  auto async_subscribe(std::string job_id, CompletionToken&& token) {
    return boost::asio::async_initiate<CompletionToken, void(error_code)>(
        [](auto handler, auto core, std::string const& job) {
          core->subscribe(job, {std::move(handler), core->socket().get_executor()});
        },
        token, core_, std::move(job_id));
  }

  /** Wants a job's events no more. */
  void unsubscribe(std::string const& job_id) { core_->unsubscribe(job_id); }

  /** The next event. Signature: `void(error_code, event)`.

      Every event of every job that the server sends, repetitions included, in order; names that the protocol
      does not have are skipped. A payload that breaks the contract comes as a `malformed_event` and does no
      harm. Pending while the connection is being made again; an error means that none will come any more. */
  template <class CompletionToken>
  auto async_receive(CompletionToken&& token) {
    return boost::asio::async_initiate<CompletionToken, void(error_code, event)>(
        [](auto handler, auto core) { detail::receive_typed<Protocol>(std::move(handler), core); }, token,
        core_);
  }

  /** Subscribes to a job and shows its events to `handler` until it ends. Signature: `void(error_code,
     event)` with the terminal event.

      The handler sees what is news only: nothing that moves backwards, one terminal event (CO-12). Receives
     all the client's events meanwhile: do not call `async_receive` as well. */
  template <class CompletionToken>
  auto async_follow(std::string job_id, std::function<void(event const&)> handler, CompletionToken&& token) {
    return boost::asio::async_compose<CompletionToken, void(error_code, event)>(
        detail::follow_job<client>(*this, std::move(job_id), std::move(handler)), token, get_executor());
  }

  /** Says goodbye. Signature: `void(error_code)`. */
  template <class CompletionToken>
  auto async_close(CompletionToken&& token) {
    return core_->socket().async_close(std::forward<CompletionToken>(token));
  }

  [[nodiscard]] static constexpr contract::stage_table stages() { return Protocol::info.stages; }

  /** What there is to show of a job: one value that only rises (CO-12). Null before its first event. */
  [[nodiscard]] contract::progress_view const* view(std::string_view job_id) const {
    return core_->find_view(job_id);
  }

  /** After each connection, the first one included. */
  void on_connect(std::function<void()> handler) { core_->on_connect = std::move(handler); }
  void on_disconnect(std::function<void(error_code reason, bool reconnecting)> handler) {
    core_->socket().on_disconnect(std::move(handler));
  }
  void on_attempt_failed(std::function<void(net::client_failure const&)> handler) {
    core_->socket().on_attempt_failed(std::move(handler));
  }
  void on_reconnect_attempt(
      std::function<void(std::size_t attempt, std::chrono::milliseconds delay)> handler) {
    core_->socket().on_reconnect_attempt(std::move(handler));
  }
  /** A subscription that was not accepted again after a reconnection. */
  void on_subscription_lost(std::function<void(std::string const& job_id, error_code)> handler) {
    core_->on_subscription_lost = std::move(handler);
  }

  [[nodiscard]] bool connected() const { return core_->socket().connected(); }
  [[nodiscard]] net::client_failure const& last_failure() const { return core_->socket().last_failure(); }

  /** The `socketio::client` underneath, for events of your own, or the `net::json_client`. */
  [[nodiscard]] auto& socket() { return core_->socket(); }

 private:
  using core_type = detail::client_core_t<Protocol>;

  static std::shared_ptr<core_type> make_core(executor_type const& executor, client_options options) {
    if constexpr (plain_json)
      return std::make_shared<core_type>(executor, Protocol::info, std::move(options));
    else
      return std::make_shared<core_type>(
          executor, Protocol::info, detail::request_of<Protocol>(contract::client_action::subscribe),
          detail::request_of<Protocol>(contract::client_action::unsubscribe), std::move(options));
  }

  std::shared_ptr<core_type> core_;
};

}  // namespace uploadproto

#endif
