// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_REQUEST_HPP
#define UPLOADPROTO_REFERENCE_HTTP_REQUEST_HPP

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/verb.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/body_reader.hpp"

namespace uploadproto::reference::http {

using verb = beast::http::verb;

/** A request as a handler sees it. */
struct request {
  verb method = verb::unknown;
  std::string path;                     ///< without the query, not decoded
  std::string query;                    ///< behind the `?`, not decoded. Never logged: it may hold secrets
  beast::http::fields const& headers;   ///< as received
  std::string id;                       ///< for the log and `X-Request-Id`
  std::vector<std::string> parameters;  ///< the path's `{…}`, decoded, in order
  std::string user;                     ///< whose token it carries; empty on routes that ask for none
  body_reader& body;

  /** The decoded value of a query parameter; the first where it stands several times. */
  std::optional<std::string> query_parameter(std::string_view name) const;
};

}  // namespace uploadproto::reference::http

#endif
