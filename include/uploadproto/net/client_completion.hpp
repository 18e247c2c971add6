// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_CLIENT_COMPLETION_HPP
#define UPLOADPROTO_NET_CLIENT_COMPLETION_HPP

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <functional>
#include <memory>
#include <tuple>
#include <utility>

namespace uploadproto::net {

/** The handler of one asynchronous operation, without its type.

    Called at most once, with the results; the handler itself always runs later, on its own executor, so that
    the caller's state machine is never re-entered. Keeps the executor busy until then. */
template <class... Results>
class client_completion {
 public:
  client_completion() = default;

  template <class Handler>
  client_completion(Handler handler, boost::asio::any_io_executor const& fallback)
      : held_(std::make_unique<model<Handler>>(std::move(handler), fallback)) {}

  explicit operator bool() const noexcept { return held_ != nullptr; }

  void operator()(Results... results) {
    if (auto held = std::exchange(held_, nullptr)) held->post(std::move(results)...);
  }

  /** Calls `cancel` when the operation's owner asks for cancellation. */
  void when_cancelled(std::function<void()> cancel) { held_->when_cancelled(std::move(cancel)); }

 private:
  struct concept_type {
    virtual ~concept_type() = default;
    virtual void post(Results... results) = 0;
    virtual void when_cancelled(std::function<void()> cancel) = 0;
  };

  template <class Handler>
  struct model final : concept_type {
    using executor_type = boost::asio::associated_executor_t<Handler, boost::asio::any_io_executor>;

    model(Handler h, boost::asio::any_io_executor const& fallback)
        : handler(std::move(h)),
          work(boost::asio::prefer(boost::asio::get_associated_executor(handler, fallback),
                                   boost::asio::execution::outstanding_work.tracked)) {}

    void post(Results... results) override {
      auto slot = boost::asio::get_associated_cancellation_slot(handler);
      if (slot.is_connected()) slot.clear();
      boost::asio::post(
          work, [h = std::move(handler), r = std::tuple<Results...>(std::move(results)...)]() mutable {
            std::apply([&](Results&... values) { std::move(h)(std::move(values)...); }, r);
          });
    }

    void when_cancelled(std::function<void()> cancel) override {
      auto slot = boost::asio::get_associated_cancellation_slot(handler);
      if (slot.is_connected()) {
        slot.assign([cancel = std::move(cancel)](boost::asio::cancellation_type type) {
          if (type == boost::asio::cancellation_type::none) return;
          auto const call = cancel;  // completing the operation empties the slot, and this with it
          call();
        });
      }
    }

    Handler handler;
    std::decay_t<decltype(boost::asio::prefer(std::declval<executor_type>(),
                                              boost::asio::execution::outstanding_work.tracked))>
        work;
  };

  std::unique_ptr<concept_type> held_;
};

}  // namespace uploadproto::net

#endif
