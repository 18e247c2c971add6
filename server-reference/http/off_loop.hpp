// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_OFF_LOOP_HPP
#define UPLOADPROTO_REFERENCE_HTTP_OFF_LOOP_HPP

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "http/net.hpp"

namespace uploadproto::reference::http {

/** Runs `work` on a thread of the pool and resumes the caller on its own loop with the result; what `work`
   throws is thrown to the caller. For calls that wait on the disk. Not cancellable: what has begun is
   finished. */
template <class Work>
awaitable<std::invoke_result_t<Work&>> off_loop(asio::thread_pool& pool, Work work) {
  using value_type = std::invoke_result_t<Work&>;
  struct nothing {};
  std::optional<std::conditional_t<std::is_void_v<value_type>, nothing, value_type>> value;
  std::exception_ptr failure;

  auto start = [&](auto done) {
    auto guard = asio::make_work_guard(asio::get_associated_executor(done));
    asio::post(pool, [&, guard = std::move(guard), done = std::move(done)]() mutable {
      try {
        if constexpr (std::is_void_v<value_type>)
          work();
        else
          value.emplace(work());
      } catch (...) {
        failure = std::current_exception();
      }
      auto const loop = guard.get_executor();
      asio::post(loop, std::move(done));
    });
  };
  co_await asio::async_initiate<asio::use_awaitable_t<> const, void()>(start, use_awaitable);

  if (failure) std::rethrow_exception(failure);
  if constexpr (!std::is_void_v<value_type>) co_return std::move(*value);
}

}  // namespace uploadproto::reference::http

#endif
