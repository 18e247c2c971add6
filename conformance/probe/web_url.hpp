// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_PROBE_WEB_URL_HPP
#define UPLOADPROTO_CONFORMANCE_PROBE_WEB_URL_HPP

#include <string>
#include <string_view>

namespace uploadproto::conformance {

/** Where a request goes. */
struct web_url {
  bool tls = false;
  std::string host, port;
  std::string target = "/";  ///< path and query

  /** As the Host header has it. */
  std::string authority() const;
};

/** Reads `http(s)://…` or `ws(s)://…`. @throws std::invalid_argument with one sentence */
web_url read_url(std::string_view text);

/** `http://host/a/` and `/b` are `http://host/a/b`; an absolute `path` stands for itself. */
std::string joined(std::string_view base, std::string_view path);

/** Percent-encoded as a value in a query. */
std::string query_value(std::string_view text);

}  // namespace uploadproto::conformance

#endif
