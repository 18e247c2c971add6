// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_TRIAL_TOKEN_FORGE_HPP
#define UPLOADPROTO_CONFORMANCE_TRIAL_TOKEN_FORGE_HPP

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

namespace uploadproto::conformance {

/** Header and claims as they stand, signed with HMAC-SHA-256 (RFC 7515); not the SDK's own signer, so that
    any nonsense can be signed. */
std::string hs256(std::string_view header, std::string_view claims, std::string_view secret);

/** `{"alg":"HS256","typ":"JWT"}` and the claims. */
std::string hs256(boost::json::object const& claims, std::string_view secret);

}  // namespace uploadproto::conformance

#endif
