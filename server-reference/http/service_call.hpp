// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_SERVICE_CALL_HPP
#define UPLOADPROTO_REFERENCE_HTTP_SERVICE_CALL_HPP

#include <type_traits>
#include <utility>

#include "http/off_loop.hpp"
#include "http/reply.hpp"
#include "storage/storage_error.hpp"

namespace uploadproto::reference::http {

/** Base of routes over a service that waits on the disk. */
struct service_call {
  asio::thread_pool& pool;

  /** Asks the service off the loop; a full disk becomes the 503 that it is. */
  template <class Work>
  awaitable<std::invoke_result_t<Work&>> ask(Work work) {
    try {
      co_return co_await off_loop(pool, std::move(work));
    } catch (storage_full const&) {
      throw http_error(status::service_unavailable, "storage_full", "The server has no room left now");
    }
  }
};

}  // namespace uploadproto::reference::http

#endif
