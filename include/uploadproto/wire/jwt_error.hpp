// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_JWT_ERROR_HPP
#define UPLOADPROTO_WIRE_JWT_ERROR_HPP

/** @file
    Why a token or a key was refused. The messages are fixed sentences: no token, key or claim is ever part of
    one (JW-6), so they may be logged. Answers to a peer say less still (BU-A3): use the conditions there.
*/
#include <boost/system/error_category.hpp>
#include <type_traits>
#include <uploadproto/config.hpp>
#include <uploadproto/result.hpp>

namespace uploadproto::wire::jwt {

/** The precise reason. */
enum class error {
  // The token's form (JW-1, JW-4).
  too_large = 1,        ///< over 8 KiB, not decoded
  not_compact,          ///< not three parts separated by dots
  not_base64url,        ///< padded, non-canonical or foreign characters
  not_json_object,      ///< header or claims are no JSON object in UTF-8
  duplicate_member,     ///< a member stands twice in the header or the claims
  bad_header,           ///< a header member has the wrong type, or `typ` names no JWT
  key_in_header,        ///< `jwk`, `jku`, `x5u` or `x5c`
  extension_not_known,  ///< `crit`, `b64`, `enc` or `zip`
  // Whom it is from (JW-1, JW-3).
  algorithm_not_accepted,  ///< `alg` is not the one of a key that may verify this token, `none` included
  unknown_key,             ///< no key carries this `kid`
  bad_signature,           ///< the signature is missing, malformed or not right
  // What it says (JW-2, JW-5, JW-8).
  missing_expiry,  ///< no `exp`
  bad_time,        ///< `exp`, `nbf` or `iat` is no finite number
  expired,         ///< `exp` has passed
  not_yet_valid,   ///< `nbf` or `iat` lies in the future
  wrong_issuer,    ///< `iss` is not the configured one
  wrong_audience,  ///< `aud` does not name the configured one
  wrong_use,       ///< a ticket where a session is due, or the reverse
  missing_user,    ///< no user id, or one of a wrong type
  // Keys, when they are configured (JW-3, JW-7).
  weak_key,           ///< an HMAC secret shorter than its hash (HS256: 32 bytes) or RSA under 2048 bits
  bad_key,            ///< not a key: PEM or JWK that cannot be read
  unsuitable_key,     ///< a key of another kind than the algorithm needs
  bad_key_set,        ///< a JWKS document without a usable key, or with a `kid` twice
  unknown_algorithm,  ///< an algorithm name that is not one of JW-7
  no_private_key,     ///< a public key was asked to sign
  crypto_failed       ///< the crypto library could not do its work
};

/** What a caller acts on. */
enum class condition {
  refused = 1,  ///< the token does not verify: answer 401 or CONNECT_ERROR and say no more
  bad_key       ///< the configuration is wrong: a key cannot be used
};

UPLOADPROTO_DECL boost::system::error_category const& error_category() noexcept;
UPLOADPROTO_DECL boost::system::error_category const& condition_category() noexcept;

inline error_code make_error_code(error e) noexcept {
  return {static_cast<int>(e), error_category()};
}
inline boost::system::error_condition make_error_condition(condition c) noexcept {
  return {static_cast<int>(c), condition_category()};
}

}  // namespace uploadproto::wire::jwt

template <>
struct boost::system::is_error_code_enum<uploadproto::wire::jwt::error> : std::true_type {};
template <>
struct boost::system::is_error_condition_enum<uploadproto::wire::jwt::condition> : std::true_type {};

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/wire/impl/jwt_error.ipp>
#endif
#endif
