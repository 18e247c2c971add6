// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "http/bearer_auth.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>

#include "http/part_header.hpp"

namespace uploadproto::reference::http {
namespace {

constexpr std::string_view required = "Authentication token required";
constexpr std::string_view invalid = "Invalid authentication token";

}  // namespace

bearer_auth::outcome bearer_auth::check(boost::beast::http::fields const& headers) const {
  auto const count = headers.count(field::authorization);
  if (count == 0) return {{}, required, {}};
  auto const value = headers[field::authorization];
  std::string_view const text{value.data(), value.size()};
  constexpr std::string_view scheme = "bearer ";
  if (count > 1 || lower_case(text.substr(0, scheme.size())) != scheme)
    return {{}, count > 1 ? invalid : required, {}};
  auto token = text.substr(scheme.size());
  token.remove_prefix(std::min(token.find_first_not_of(' '), token.size()));
  auto claims = verifier_->verify(token, std::chrono::system_clock::now());
  if (!claims) return {{}, invalid, claims.error()};
  return {std::move(claims->user_id), {}, {}};
}

reply bearer_auth::refuse(outcome const& refused) {
  auto r = error_reply(status::unauthorized, "unauthorized", refused.refusal);
  r.headers.set(field::www_authenticate,
                refused.refusal == required ? "Bearer" : "Bearer error=\"invalid_token\"");
  return r;
}

}  // namespace uploadproto::reference::http
