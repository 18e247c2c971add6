// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_IMPL_CLIENT_CONNECTION_IPP
#define UPLOADPROTO_NET_IMPL_CLIENT_CONNECTION_IPP

#include <uploadproto/net/client_connection.hpp>
#include <uploadproto/net/client_driver.hpp>
#include <uploadproto/net/client_registry.hpp>

namespace uploadproto::net {

UPLOADPROTO_DECL std::shared_ptr<client_connection> make_client_connection(
    boost::asio::any_io_executor const& executor, client_options options) {
  auto driver = std::make_shared<client_driver>(executor, std::move(options));
  client_registry::of(executor).add(driver, [raw = driver.get()] { raw->abandon(); });
  return driver;
}

}  // namespace uploadproto::net

#endif
