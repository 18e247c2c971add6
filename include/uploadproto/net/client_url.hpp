// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_CLIENT_URL_HPP
#define UPLOADPROTO_NET_CLIENT_URL_HPP

#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/result.hpp>

namespace uploadproto::net {

/** Where a client connects to. */
struct client_url {
  bool tls = false;
  std::string host;         ///< a name or an address; IPv6 without brackets
  std::string port;         ///< decimal; the scheme's default when the URL names none
  std::string path = "/";   ///< begins with a slash
  std::string query;        ///< without the question mark
  std::string host_header;  ///< as it stands in the `Host` header
};

/** Reads `http|https|ws|wss://host[:port][/path][?query]`; a fragment is dropped.

    @return `client_error::bad_url` for another scheme, user info, an empty or malformed host, a port outside
    1 to 65535, and for bytes that may not stand in a URL: white space, controls, anything beyond ASCII. */
[[nodiscard]] UPLOADPROTO_DECL result<client_url> parse_client_url(std::string_view url);

/** Whether a text can go into a request line as it is: a path, or a query. */
[[nodiscard]] UPLOADPROTO_DECL bool is_url_text(std::string_view text);

/** Appends a query member's name or value, percent-encoded (RFC 3986 2.1: all but unreserved characters). */
UPLOADPROTO_DECL void append_url_encoded(std::string& out, std::string_view text);

}  // namespace uploadproto::net

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/net/impl/client_url.ipp>
#endif

#endif
