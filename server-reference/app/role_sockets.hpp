// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_APP_ROLE_SOCKETS_HPP
#define UPLOADPROTO_REFERENCE_APP_ROLE_SOCKETS_HPP

#include <string_view>
#include <uploadproto/net/http_listener.hpp>

#include "http/site.hpp"
#include "logging/log.hpp"

namespace uploadproto::reference {

/** A server role as the sockets of a site. @param role a `uploadproto::server`; kept by address */
template <class Role>
http::socket_endpoint sockets_of(Role& role) {
  return {[&role](std::string_view target) { return role.handles(target); },
          [&role](http::stream_type& stream, boost::beast::flat_buffer& buffer,
                  http::head_parser& head) -> http::awaitable<http::lent> {
            auto const outcome = co_await role.async_serve(stream, buffer, head);
            if (outcome == net::served::taken) co_return http::lent::taken;
            co_return outcome == net::served::keep_alive ? http::lent::keep_alive : http::lent::closed;
          }};
}

/** For the log of a server role: what was not sent or let in. */
inline void log_of_sockets(std::string_view sentence) {
  logging::event(spdlog::level::info, "sockets", {{"what", sentence}});
}

}  // namespace uploadproto::reference

#endif
