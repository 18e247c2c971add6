// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_IMPL_JWT_ERROR_IPP
#define UPLOADPROTO_WIRE_IMPL_JWT_ERROR_IPP

#include <string>
#include <uploadproto/wire/jwt_error.hpp>

namespace uploadproto::wire::jwt {
namespace detail {

inline char const* sentence(error e) noexcept {
  switch (e) {
    case error::too_large:
      return "the token is longer than 8 KiB";
    case error::not_compact:
      return "the token is not three parts separated by dots";
    case error::not_base64url:
      return "a part of the token is not canonical base64url";
    case error::not_json_object:
      return "the token's header or claims are not a JSON object";
    case error::duplicate_member:
      return "a member stands twice in the token";
    case error::bad_header:
      return "the token's header has a member of the wrong kind";
    case error::key_in_header:
      return "the token's header brings or names a key of its own";
    case error::extension_not_known:
      return "the token's header asks for an extension";
    case error::algorithm_not_accepted:
      return "the token's algorithm is not the one of the key";
    case error::unknown_key:
      return "the token names a key that is not configured";
    case error::bad_signature:
      return "the token's signature is not right";
    case error::missing_expiry:
      return "the token has no expiry time";
    case error::bad_time:
      return "a time in the token is not a finite number";
    case error::expired:
      return "the token has expired";
    case error::not_yet_valid:
      return "the token is not valid yet";
    case error::wrong_issuer:
      return "the token's issuer is not the configured one";
    case error::wrong_audience:
      return "the token is made for another audience";
    case error::wrong_use:
      return "the token is made for another use";
    case error::missing_user:
      return "the token names no user";
    case error::weak_key:
      return "the key is too short: HS256 needs 32 bytes, HS384 48, HS512 64, RSA 2048 bits";
    case error::bad_key:
      return "the key cannot be read";
    case error::unsuitable_key:
      return "the key is not of the kind that the algorithm needs";
    case error::bad_key_set:
      return "the key set has no usable key, or a key id twice";
    case error::unknown_algorithm:
      return "unknown algorithm: expected HS256, HS384, HS512, RS256, PS256, ES256 or EdDSA";
    case error::no_private_key:
      return "the key can verify but not sign";
    case error::crypto_failed:
      return "the crypto library failed";
  }
  return "unknown token error";
}

class jwt_error_category final : public boost::system::error_category {
 public:
  char const* name() const noexcept override { return "uploadproto.jwt"; }
  std::string message(int ev) const override { return sentence(static_cast<error>(ev)); }
  char const* message(int ev, char*, std::size_t) const noexcept override {
    return sentence(static_cast<error>(ev));
  }
  boost::system::error_condition default_error_condition(int ev) const noexcept override {
    if (ev >= static_cast<int>(error::too_large) && ev <= static_cast<int>(error::missing_user))
      return condition::refused;
    return condition::bad_key;
  }
};

class jwt_condition_category final : public boost::system::error_category {
 public:
  char const* name() const noexcept override { return "uploadproto.jwt.condition"; }
  std::string message(int ev) const override {
    return ev == static_cast<int>(condition::refused) ? "the token is refused" : "the key cannot be used";
  }
};

}  // namespace detail

UPLOADPROTO_DECL boost::system::error_category const& error_category() noexcept {
  static detail::jwt_error_category const instance;
  return instance;
}

UPLOADPROTO_DECL boost::system::error_category const& condition_category() noexcept {
  static detail::jwt_condition_category const instance;
  return instance;
}

}  // namespace uploadproto::wire::jwt
#endif
