// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_JWT_USERS_HPP
#define UPLOADPROTO_JWT_USERS_HPP

#include <uploadproto/result.hpp>
#include <uploadproto/wire/jwt.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace uploadproto {

/** Whose token it is, for `server::options::verify_token`: the user id of a token that the verifier takes at
   the time of the call (JW-8), or its error. May be used from several threads. */
inline std::function<result<std::string>(std::string_view token)> users_by_jwt(wire::jwt::verifier tokens) {
  return [tokens = std::move(tokens)](std::string_view token) -> result<std::string> {
    auto claims = tokens.verify(token, std::chrono::system_clock::now());
    if (!claims) return claims.error();
    return std::move(claims->user_id);
  };
}

}  // namespace uploadproto

#endif
