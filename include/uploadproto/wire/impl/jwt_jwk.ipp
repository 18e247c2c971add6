// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_IMPL_JWT_JWK_IPP
#define UPLOADPROTO_WIRE_IMPL_JWT_JWK_IPP

#include <openssl/bn.h>
#include <openssl/param_build.h>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <uploadproto/wire/base64.hpp>
#include <uploadproto/wire/impl/jwt_key.ipp>
#include <uploadproto/wire/jwt_key.hpp>
#include <uploadproto/wire/jwt_object.hpp>

namespace uploadproto::wire::jwt {
namespace detail {

/** The text of a string member; empty where it is absent or something else. */
inline std::string_view text_member(boost::json::object const& o, std::string_view name) noexcept {
  auto const* v = o.if_contains({name.data(), name.size()});
  auto const* s = v ? v->if_string() : nullptr;
  return s ? std::string_view{s->data(), s->size()} : std::string_view{};
}

/** A member in base64url, decoded; empty where it is absent or malformed. */
inline std::string bytes_member(boost::json::object const& jwk, std::string_view name) {
  auto decoded = decode_base64url(text_member(jwk, name));
  return decoded ? std::move(*decoded) : std::string{};
}

struct bignum_free {
  void operator()(BIGNUM* b) const noexcept { BN_free(b); }
};
struct param_build_free {
  void operator()(OSSL_PARAM_BLD* b) const noexcept { OSSL_PARAM_BLD_free(b); }
  void operator()(OSSL_PARAM* p) const noexcept { OSSL_PARAM_free(p); }
};
using bignum_ptr = std::unique_ptr<BIGNUM, bignum_free>;
using param_build_ptr = std::unique_ptr<OSSL_PARAM_BLD, param_build_free>;

inline std::shared_ptr<EVP_PKEY> pkey_from(char const* type, OSSL_PARAM_BLD* build) {
  std::unique_ptr<OSSL_PARAM, param_build_free> const params{OSSL_PARAM_BLD_to_param(build)};
  openssl_ptr<EVP_PKEY_CTX> const ctx{EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)};
  EVP_PKEY* pkey = nullptr;
  if (!params || !ctx || EVP_PKEY_fromdata_init(ctx.get()) != 1 ||
      EVP_PKEY_fromdata(ctx.get(), &pkey, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
    return {};
  return {pkey, openssl_free{}};
}

/** RFC 7518 6.3.1. */
inline std::shared_ptr<EVP_PKEY> rsa_from_jwk(boost::json::object const& jwk) {
  auto const modulus = bytes_member(jwk, "n");
  auto const exponent = bytes_member(jwk, "e");
  if (modulus.empty() || modulus.size() > 2048 || exponent.empty() || exponent.size() > 8) return {};
  bignum_ptr const n{BN_bin2bn(bytes_of(modulus), static_cast<int>(modulus.size()), nullptr)};
  bignum_ptr const e{BN_bin2bn(bytes_of(exponent), static_cast<int>(exponent.size()), nullptr)};
  param_build_ptr const build{OSSL_PARAM_BLD_new()};
  if (!n || !e || !build || OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
    return {};
  return pkey_from("RSA", build.get());
}

/** RFC 7518 6.2.1, P-256 only. */
inline std::shared_ptr<EVP_PKEY> ec_from_jwk(boost::json::object const& jwk) {
  auto const x = bytes_member(jwk, "x");
  auto const y = bytes_member(jwk, "y");
  if (x.size() != 32 || y.size() != 32) return {};
  auto const point = '\x04' + x + y;  // uncompressed
  param_build_ptr const build{OSSL_PARAM_BLD_new()};
  if (!build ||
      OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
    return {};
  return pkey_from("EC", build.get());
}

/** RFC 8037 2, Ed25519 only. */
inline std::shared_ptr<EVP_PKEY> okp_from_jwk(boost::json::object const& jwk) {
  auto const x = bytes_member(jwk, "x");
  if (x.size() != 32) return {};
  auto* const pkey = EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, bytes_of(x), x.size());
  if (!pkey) return {};
  return {pkey, openssl_free{}};
}

/** The kinds of key this SDK has, and how each is read. */
struct jwk_kind {
  std::string_view kty;
  std::string_view crv;
  std::shared_ptr<EVP_PKEY> (*read)(boost::json::object const&);
};
inline jwk_kind const* jwk_kind_of(boost::json::object const& jwk) noexcept {
  static constexpr jwk_kind kinds[] = {
      {"RSA", "", &rsa_from_jwk}, {"EC", "P-256", &ec_from_jwk}, {"OKP", "Ed25519", &okp_from_jwk}};
  auto const kty = text_member(jwk, "kty");
  for (auto const& kind : kinds)
    if (kind.kty == kty && (kind.crv.empty() || kind.crv == text_member(jwk, "crv"))) return &kind;
  return nullptr;
}

/** RFC 7517 4.2 and 4.3: whether the key is meant to verify signatures. */
inline bool meant_for_signatures(boost::json::object const& jwk) noexcept {
  if (jwk.contains("use") && text_member(jwk, "use") != "sig") return false;
  auto const* ops = jwk.if_contains("key_ops");
  if (!ops) return true;
  if (auto const* list = ops->if_array())
    for (auto const& op : *list)
      if (auto const* s = op.if_string(); s && (*s == "verify" || *s == "sign")) return true;
  return false;
}

/** Whether a key set's reader passes over this key instead of refusing the set (RFC 7517 5). */
inline bool is_foreign(boost::json::object const& jwk) noexcept {
  if (!meant_for_signatures(jwk)) return true;
  if (jwk.contains("alg") && !parse_algorithm(text_member(jwk, "alg"))) return true;
  return text_member(jwk, "kty") != "oct" && !jwk_kind_of(jwk);
}

}  // namespace detail

UPLOADPROTO_DECL result<key> key::from_jwk(boost::json::object const& jwk) {
  std::optional<algorithm> alg;
  if (jwk.contains("alg")) {
    auto const named = parse_algorithm(detail::text_member(jwk, "alg"));
    if (!named) return named.error();
    alg = *named;
  }
  if (jwk.contains("kid") && !jwk.at("kid").is_string()) return error::bad_key;
  std::string id{detail::text_member(jwk, "kid")};

  detail::error_mark const mark;
  if (detail::text_member(jwk, "kty") == "oct") {
    auto secret = detail::bytes_member(jwk, "k");
    if (secret.empty()) return error::bad_key;
    auto made = from_secret(secret, alg.value_or(algorithm::hs256), std::move(id));
    OPENSSL_cleanse(secret.data(), secret.size());
    return made;
  }
  auto const* const kind = detail::jwk_kind_of(jwk);
  if (!kind) return error::unsuitable_key;
  auto pkey = kind->read(jwk);
  if (!pkey) return error::bad_key;
  return from_pkey(std::move(pkey), alg, std::move(id), false);
}

UPLOADPROTO_DECL result<key_set> key_set::from_jwks(std::string_view json) {
  auto const document = parse_object(json);
  if (!document) return document.error();
  auto const* const member = document->if_contains("keys");
  auto const* const list = member ? member->if_array() : nullptr;
  if (!list) return error::bad_key_set;

  key_set set;
  for (auto const& element : *list) {
    auto const* const jwk = element.if_object();
    if (!jwk) return error::bad_key_set;
    if (detail::is_foreign(*jwk)) continue;
    auto made = key::from_jwk(*jwk);
    if (!made) return made.error();
    if (auto const added = set.add(std::move(*made)); !added) return added.error();
  }
  if (set.keys().empty()) return error::bad_key_set;
  return set;
}

}  // namespace uploadproto::wire::jwt
#endif
