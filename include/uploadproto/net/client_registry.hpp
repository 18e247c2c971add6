// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_CLIENT_REGISTRY_HPP
#define UPLOADPROTO_NET_CLIENT_REGISTRY_HPP

#include <algorithm>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution/context_as.hpp>
#include <boost/asio/execution_context.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace uploadproto::net {

/** The clients of one execution context, so that those with waiting operations go when the context goes.

    A waiting operation is owned by its client, and a client may be owned by the coroutine that waits: a
   circle that only this breaks when a context is destroyed in the middle of things. */
class client_registry final : public boost::asio::execution_context::service {
 public:
  using key_type = client_registry;
  static inline boost::asio::execution_context::id id;

  explicit client_registry(boost::asio::execution_context& context) : service(context) {}

  /** The registry of the context that an executor runs on. */
  static client_registry& of(boost::asio::any_io_executor const& executor) {
    namespace execution = boost::asio::execution;
    return boost::asio::use_service<client_registry>(
        boost::asio::query(executor, execution::context_as<boost::asio::execution_context&>));
  }

  /** @param abandon is called when the context is destroyed, unless `alive` has expired by then. */
  void add(std::weak_ptr<void> alive, std::function<void()> abandon) {
    std::lock_guard const lock(mutex_);
    std::erase_if(entries_, [](entry const& e) { return e.alive.expired(); });
    entries_.push_back({std::move(alive), std::move(abandon)});
  }

 private:
  struct entry {
    std::weak_ptr<void> alive;
    std::function<void()> abandon;
  };

  void shutdown() override {
    for (auto& e : std::exchange(entries_, {})) {
      if (auto const alive = e.alive.lock()) e.abandon();
    }
  }

  std::mutex mutex_;
  std::vector<entry> entries_;
};

}  // namespace uploadproto::net

#endif
