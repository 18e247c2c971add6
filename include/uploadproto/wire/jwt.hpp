// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_JWT_HPP
#define UPLOADPROTO_WIRE_JWT_HPP

/** @file
    JSON Web Tokens (RFC 7519) in compact serialisation, verified by the rules of RFC 8725: clauses JW-1…JW-8.

    @code
    namespace jwt = uploadproto::wire::jwt;
    auto const key = jwt::key::from_secret(secret);  // HS256; 32 bytes or more
    jwt::verifier const verifier{*key, {.audience = "uploads"}};
    auto const claims = verifier.verify(token, std::chrono::system_clock::now());
    if (!claims) log(claims.error().message());  // never contains the token
    @endcode
*/
#include <boost/json/object.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/result.hpp>
#include <uploadproto/wire/jwt_error.hpp>
#include <uploadproto/wire/jwt_key.hpp>

namespace uploadproto::wire::jwt {

/** Longest token that is looked at, in bytes (JW-4). */
inline constexpr std::size_t max_token_size = 8 * 1024;

/** What a token is for (JW-5): a session carries `type` `access` or none, a ticket `websocket`. */
enum class use : unsigned char { access, ticket };

/** What a verified token says. */
struct claims {
  /** `sub`, else `id`, else `user_id`, else `userId`; an integer in decimal (JW-8). Never empty. */
  std::string user_id;
  /** `exp`; the verifier's leeway is not added. */
  std::chrono::system_clock::time_point expires_at;
  /** Every claim. Only `user_id` may be logged (JW-6). */
  boost::json::object all;
};

/** Verifies tokens against a fixed set of keys. Immutable; may be used from several threads. */
class verifier {
 public:
  static constexpr std::chrono::seconds max_leeway{60};

  struct options {
    /** Allowance for clocks that disagree, on `exp`, `nbf` and `iat`; held to 0…60 s (JW-2). */
    std::chrono::seconds leeway{30};
    /** Demanded value of `iss`; unset: not looked at. */
    std::optional<std::string> issuer{};
    /** Value that `aud`, a string or an array, must be or hold; unset: not looked at. */
    std::optional<std::string> audience{};
    /** The use a token must be made for. */
    use uses = use::access;
  };

  explicit verifier(key_set keys) : verifier(std::move(keys), options{}) {}
  verifier(key_set keys, options opts);

  /** Checks form, signature and claims, in that order, and stops at the first that is wrong.

      @param token The compact serialisation, without `Bearer`.
      @param now The present by the wall clock.
      @return The claims, or an error equal to condition::refused.
  */
  result<claims> verify(std::string_view token, std::chrono::system_clock::time_point now) const;

 private:
  result<void> check_signature(boost::json::object const& header, std::string_view input,
                               std::string_view signature) const;
  result<void> check_times(boost::json::object const& all, std::chrono::system_clock::time_point now) const;
  result<void> check_purpose(boost::json::object const& all) const;

  key_set keys_;
  options options_;
};

/** A signed token: header `{"alg":…,"typ":"JWT"[,"kid":…]}` and these claims as they are; nothing is added.

    @return error::no_private_key, error::crypto_failed.
*/
UPLOADPROTO_DECL result<std::string> sign(key const& with, boost::json::object const& claims);

}  // namespace uploadproto::wire::jwt

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/wire/impl/jwt.ipp>
#endif
#endif
