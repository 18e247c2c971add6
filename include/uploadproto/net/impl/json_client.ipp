// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_IMPL_JSON_CLIENT_IPP
#define UPLOADPROTO_NET_IMPL_JSON_CLIENT_IPP

#include <uploadproto/net/client_registry.hpp>
#include <uploadproto/net/json_client.hpp>
#include <uploadproto/net/json_client_driver.hpp>

#include <utility>

namespace uploadproto::net {

UPLOADPROTO_DECL std::shared_ptr<json_client> make_json_client(boost::asio::any_io_executor const& executor,
                                                               contract::protocol_info const& protocol,
                                                               client_options options,
                                                               client_credentials<std::string> token) {
  auto driver =
      std::make_shared<json_client_driver>(executor, protocol, std::move(options), std::move(token));
  client_registry::of(executor).add(driver, [raw = driver.get()] { raw->abandon(); });
  return driver;
}

}  // namespace uploadproto::net

#endif
