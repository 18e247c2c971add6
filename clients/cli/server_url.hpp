// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_SERVER_URL_HPP
#define UPLOADPROTO_CLI_SERVER_URL_HPP

#include <optional>
#include <string>
#include <string_view>

namespace uploadproto::cli {

/** Where a server is. */
struct server_url {
  bool tls = false;
  std::string host;  ///< a name or an address, an IPv6 one without brackets
  std::string port;  ///< decimal

  /** `host:port` as it stands in URLs and in the Host header. */
  std::string authority() const;
  /** `http(s)://host:port` */
  std::string text() const;
};

/** Reads `http(s)://host[:port]`; `ws(s)` serves too, and the scheme may be left out (`http` then).
    @return nothing for anything else: credentials, paths, queries and fragments included */
std::optional<server_url> parse_server_url(std::string_view text);

}  // namespace uploadproto::cli

#endif
