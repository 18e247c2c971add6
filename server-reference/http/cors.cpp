// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "http/cors.hpp"

#include <algorithm>

namespace uploadproto::reference::http {

using boost::beast::http::field;

bool cors::allows(std::string_view origin) const {
  return std::any_of(origins_.begin(), origins_.end(),
                     [origin](std::string const& o) { return o == "*" || o == origin; });
}

void cors::apply(boost::beast::http::fields const& request, std::string_view allowed,
                 boost::beast::http::fields& answer) const {
  if (origins_.empty()) return;
  answer.set(field::vary, "Origin");  // also where the origin is not allowed: caches must keep the two apart
  auto const origin = request[field::origin];
  if (origin.empty() || !allows({origin.data(), origin.size()})) return;
  answer.set(field::access_control_allow_origin, origin);
  answer.set(field::access_control_expose_headers, "Content-Disposition, X-Request-Id");
  if (allowed.empty() || request[field::access_control_request_method].empty()) return;
  answer.set(field::access_control_allow_methods, {allowed.data(), allowed.size()});
  answer.set(field::access_control_allow_headers, "Authorization, Content-Type, X-Request-Id");
  answer.set(field::access_control_max_age, "600");
}

}  // namespace uploadproto::reference::http
