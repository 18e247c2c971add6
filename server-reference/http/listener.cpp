// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "http/listener.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <utility>
#include <vector>

#include "logging/log.hpp"

namespace uploadproto::reference::http {

listener::listener(asio::io_context& loop, asio::ip::tcp::endpoint at)
    : loop_(loop), acceptor_(loop.get_executor()), changed_(loop.get_executor()) {
  acceptor_.open(at.protocol());
  acceptor_.set_option(asio::ip::tcp::acceptor::reuse_address{true});
  acceptor_.bind(at);
  acceptor_.listen(asio::socket_base::max_listen_connections);
  local_ = acceptor_.local_endpoint();
}

void listener::start(std::vector<site const*> served) {
  sites_ = std::move(served);
  asio::co_spawn(loop_, accept(), asio::detached);
}

awaitable<void> listener::accept() {
  while (acceptor_.is_open()) {
    boost::system::error_code ec;
    auto socket =
        co_await acceptor_.async_accept(loop_.get_executor(), asio::redirect_error(use_awaitable, ec));
    if (!acceptor_.is_open()) co_return;
    if (ec) {
      // Out of descriptors, most likely: trying again at once would only burn the processor.
      logging::event(spdlog::level::warn, "accept_failed",
                     {{"site", sites_.front()->name}, {"what", ec.message()}});
      changed_.expires_after(std::chrono::milliseconds{100});
      co_await changed_.async_wait(asio::redirect_error(use_awaitable, ec));
      continue;
    }
    if (connections_.size() >= sites_.front()->limits.max_connections) continue;
    asio::co_spawn(loop_, serve(stream_type{std::move(socket)}), asio::detached);
  }
}

awaitable<void> listener::serve(stream_type stream) {
  connection c{std::move(stream), sites_};
  connections_.insert(&c);
  co_await c.run();
  connections_.erase(&c);
  changed_.cancel();
}

void listener::drain() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  for (auto* const c : std::vector(connections_.begin(), connections_.end())) c->drain();
}

awaitable<bool> listener::drained(std::chrono::steady_clock::time_point deadline) {
  while (!connections_.empty() && std::chrono::steady_clock::now() < deadline) {
    boost::system::error_code ec;
    changed_.expires_at(deadline);
    co_await changed_.async_wait(asio::redirect_error(use_awaitable, ec));
  }
  bool const in_time = connections_.empty();
  for (auto* const c : connections_) c->abort();
  co_return in_time;
}

}  // namespace uploadproto::reference::http
