// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_CLIENT_PROXY_HPP
#define UPLOADPROTO_NET_CLIENT_PROXY_HPP

#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/result.hpp>

namespace uploadproto::net {

/** An HTTP proxy that opens a tunnel by CONNECT (RFC 9110 9.3.6). It sees the server's host and port and,
   with TLS, nothing else. */
struct client_proxy {
  std::string host{};  ///< a name or an address; IPv6 without brackets
  std::string port = "3128";
  std::string user{};  ///< for Basic authentication; empty: none
  std::string password{};
};

/** The head of the request for a tunnel.
    @return `client_error::bad_url` when a user's name has a colon, or either part of the credentials a
    control character (RFC 7617 2). */
[[nodiscard]] UPLOADPROTO_DECL result<std::string> proxy_request(client_proxy const& proxy,
                                                                 std::string_view host,
                                                                 std::string_view port);

/** Reads a proxy's answer from what has come so far.

    @return nothing while the head is incomplete; else success, or `client_error::proxy_refused` for every
    status but 2xx, and `bad_http_answer` for what is no answer, is longer than 16 KiB, or is followed by
    bytes: through a tunnel the client speaks first. */
[[nodiscard]] UPLOADPROTO_DECL std::optional<error_code> read_proxy_answer(std::string_view bytes);

}  // namespace uploadproto::net

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/net/impl/client_proxy.ipp>
#endif

#endif
