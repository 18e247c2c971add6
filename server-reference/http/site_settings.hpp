// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_SITE_SETTINGS_HPP
#define UPLOADPROTO_REFERENCE_HTTP_SITE_SETTINGS_HPP

#include <string>
#include <vector>

#include "config/settings.hpp"
#include "http/site.hpp"

namespace uploadproto::reference::http {

/** The limits that a site takes from the configuration. */
inline connection_limits limits_from(http_settings const& s) {
  return {.max_header_bytes = s.max_header_bytes,
          .max_connections = s.max_connections,
          .header_timeout = s.header_timeout,
          .keep_alive_timeout = s.keep_alive_timeout,
          .body_timeout = s.body_timeout,
          .write_timeout = s.write_timeout,
          .linger_timeout = s.linger_timeout};
}

/** For sites whose answers no page may read by default: those that are named, and the server's own page. */
inline std::vector<std::string> allowed_origins(http_settings const& s) {
  auto all = s.cors_origins;
  all.insert(all.end(), s.page_origins.begin(), s.page_origins.end());
  return all;
}

/** For sites that are open to all by default: every origin, unless some are named (FU-T2, T3, CE-T1). */
inline std::vector<std::string> open_origins(http_settings const& s) {
  return s.cors_origins.empty() ? std::vector<std::string>{"*"} : allowed_origins(s);
}

}  // namespace uploadproto::reference::http

#endif
