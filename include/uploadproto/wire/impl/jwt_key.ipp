// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_IMPL_JWT_KEY_IPP
#define UPLOADPROTO_WIRE_IMPL_JWT_KEY_IPP

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <climits>
#include <uploadproto/wire/jwt_key.hpp>
#include <utility>

namespace uploadproto::wire::jwt {
namespace detail {

/** What OpenSSL needs to know of an algorithm; `key_type` is null for HMAC. */
struct algorithm_traits {
  std::string_view name;
  char const* digest;    // null where the scheme brings its own (EdDSA)
  char const* key_type;  // as EVP_PKEY_is_a names it
  std::size_t min_secret;
};

inline algorithm_traits const& traits_of(algorithm a) noexcept {
  static constexpr algorithm_traits table[] = {
      {"HS256", "SHA256", nullptr, 32}, {"HS384", "SHA384", nullptr, 48}, {"HS512", "SHA512", nullptr, 64},
      {"RS256", "SHA256", "RSA", 0},    {"PS256", "SHA256", "RSA", 0},    {"ES256", "SHA256", "EC", 0},
      {"EdDSA", nullptr, "ED25519", 0},
  };
  return table[static_cast<std::size_t>(a)];
}

/** Frees an OpenSSL object of any kind used here. */
struct openssl_free {
  void operator()(EVP_PKEY* p) const noexcept { EVP_PKEY_free(p); }
  void operator()(EVP_PKEY_CTX* p) const noexcept { EVP_PKEY_CTX_free(p); }
  void operator()(EVP_MD_CTX* p) const noexcept { EVP_MD_CTX_free(p); }
  void operator()(EVP_MAC* p) const noexcept { EVP_MAC_free(p); }
  void operator()(EVP_MAC_CTX* p) const noexcept { EVP_MAC_CTX_free(p); }
  void operator()(BIO* p) const noexcept { BIO_free(p); }
  void operator()(ECDSA_SIG* p) const noexcept { ECDSA_SIG_free(p); }
};
template <class T>
using openssl_ptr = std::unique_ptr<T, openssl_free>;

inline unsigned char const* bytes_of(std::string_view s) noexcept {
  return reinterpret_cast<unsigned char const*>(s.data());
}
inline unsigned char* bytes_of(std::string& s) noexcept {
  return reinterpret_cast<unsigned char*>(s.data());
}

/** Leaves no message of ours in OpenSSL's per-thread error queue for the next user of the library (TLS reads
    that queue). */
struct error_mark {
  error_mark() { ERR_set_mark(); }
  ~error_mark() { ERR_pop_to_mark(); }
  error_mark(error_mark const&) = delete;
  error_mark& operator=(error_mark const&) = delete;
};

/** HMAC of `input` into `out` (EVP_MAX_MD_SIZE bytes); its size, or 0. */
inline std::size_t hmac(EVP_MAC_CTX const* keyed, std::string_view input, unsigned char* out) noexcept {
  openssl_ptr<EVP_MAC_CTX> const ctx{EVP_MAC_CTX_dup(keyed)};
  std::size_t size = 0;
  if (!ctx || EVP_MAC_update(ctx.get(), bytes_of(input), input.size()) != 1 ||
      EVP_MAC_final(ctx.get(), out, &size, EVP_MAX_MD_SIZE) != 1)
    return 0;
  return size;
}

/** PS256 salts as long as the hash (RFC 7518 3.5). */
inline bool set_padding(EVP_PKEY_CTX* ctx, algorithm alg) noexcept {
  if (alg != algorithm::ps256) return true;
  return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md_name(ctx, "SHA256", nullptr) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) == 1;
}

inline constexpr std::size_t es256_size = 64;  // R‖S, 32 bytes each (RFC 7518 3.4)

/** R‖S as the DER that OpenSSL verifies; empty on failure. */
inline std::string es256_to_der(std::string_view raw) {
  if (raw.size() != es256_size) return {};
  openssl_ptr<ECDSA_SIG> const sig{ECDSA_SIG_new()};
  BIGNUM* r = BN_bin2bn(bytes_of(raw), 32, nullptr);
  BIGNUM* s = BN_bin2bn(bytes_of(raw) + 32, 32, nullptr);
  if (!sig || !r || !s || ECDSA_SIG_set0(sig.get(), r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return {};
  }
  int const size = i2d_ECDSA_SIG(sig.get(), nullptr);
  if (size <= 0) return {};
  std::string der(static_cast<std::size_t>(size), '\0');
  unsigned char* out = bytes_of(der);
  i2d_ECDSA_SIG(sig.get(), &out);
  return der;
}

/** OpenSSL's DER as R‖S; empty on failure. */
inline std::string es256_from_der(std::string_view der) {
  unsigned char const* in = bytes_of(der);
  openssl_ptr<ECDSA_SIG> const sig{d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(der.size()))};
  if (!sig) return {};
  std::string raw(es256_size, '\0');
  if (BN_bn2binpad(ECDSA_SIG_get0_r(sig.get()), bytes_of(raw), 32) != 32 ||
      BN_bn2binpad(ECDSA_SIG_get0_s(sig.get()), bytes_of(raw) + 32, 32) != 32)
    return {};
  return raw;
}

inline bool verify_digest(EVP_PKEY* pkey, algorithm alg, std::string_view input,
                          std::string_view signature) noexcept {
  openssl_ptr<EVP_MD_CTX> const ctx{EVP_MD_CTX_new()};
  EVP_PKEY_CTX* pkey_ctx = nullptr;  // owned by ctx
  return ctx &&
         EVP_DigestVerifyInit_ex(ctx.get(), &pkey_ctx, traits_of(alg).digest, nullptr, nullptr, pkey,
                                 nullptr) == 1 &&
         set_padding(pkey_ctx, alg) &&
         EVP_DigestVerify(ctx.get(), bytes_of(signature), signature.size(), bytes_of(input), input.size()) ==
             1;
}

inline std::string sign_digest(EVP_PKEY* pkey, algorithm alg, std::string_view input) {
  openssl_ptr<EVP_MD_CTX> const ctx{EVP_MD_CTX_new()};
  EVP_PKEY_CTX* pkey_ctx = nullptr;  // owned by ctx
  std::size_t size = 0;
  if (!ctx ||
      EVP_DigestSignInit_ex(ctx.get(), &pkey_ctx, traits_of(alg).digest, nullptr, nullptr, pkey, nullptr) !=
          1 ||
      !set_padding(pkey_ctx, alg) ||
      EVP_DigestSign(ctx.get(), nullptr, &size, bytes_of(input), input.size()) != 1)
    return {};
  std::string signature(size, '\0');
  if (EVP_DigestSign(ctx.get(), bytes_of(signature), &size, bytes_of(input), input.size()) != 1) return {};
  signature.resize(size);
  return signature;
}

inline bool is_p256(EVP_PKEY const* pkey) noexcept {
  char group[64];
  std::size_t size = 0;
  return EVP_PKEY_get_group_name(pkey, group, sizeof group, &size) == 1 &&
         std::string_view{group, size} == "prime256v1";
}

inline bool passes_public_check(EVP_PKEY* pkey) noexcept {
  openssl_ptr<EVP_PKEY_CTX> const ctx{EVP_PKEY_CTX_new_from_pkey(nullptr, pkey, nullptr)};
  return ctx && EVP_PKEY_public_check(ctx.get()) == 1;
}

/** Refuses the pass phrase prompt that OpenSSL would open on the terminal for an encrypted key. */
inline int no_pass_phrase(char*, int, int, void*) noexcept {
  return -1;
}

}  // namespace detail

UPLOADPROTO_DECL std::string_view to_string(algorithm a) noexcept {
  return detail::traits_of(a).name;
}

UPLOADPROTO_DECL result<algorithm> parse_algorithm(std::string_view name) noexcept {
  for (auto a : {algorithm::hs256, algorithm::hs384, algorithm::hs512, algorithm::rs256, algorithm::ps256,
                 algorithm::es256, algorithm::eddsa})
    if (to_string(a) == name) return a;
  return error::unknown_algorithm;
}

UPLOADPROTO_DECL result<key> key::from_secret(std::string_view secret, algorithm alg, std::string id) {
  auto const& traits = detail::traits_of(alg);
  if (traits.key_type || secret.find("-----BEGIN ") != std::string_view::npos) return error::unsuitable_key;
  if (secret.size() < traits.min_secret) return error::weak_key;

  detail::error_mark const mark;
  detail::openssl_ptr<EVP_MAC> const mac{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
  std::shared_ptr<EVP_MAC_CTX> ctx{mac ? EVP_MAC_CTX_new(mac.get()) : nullptr, detail::openssl_free{}};
  OSSL_PARAM const params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(traits.digest), 0),
      OSSL_PARAM_construct_end()};
  if (!ctx || EVP_MAC_init(ctx.get(), detail::bytes_of(secret), secret.size(), params) != 1)
    return error::crypto_failed;

  key k;
  k.alg_ = alg;
  k.can_sign_ = true;
  k.id_ = std::move(id);
  k.mac_ = std::move(ctx);
  return k;
}

UPLOADPROTO_DECL result<key> key::from_pem(std::string_view pem, std::optional<algorithm> alg,
                                           std::string id) {
  if (pem.size() > INT_MAX) return error::bad_key;
  detail::error_mark const mark;
  bool const is_private = pem.find("PRIVATE KEY-----") != std::string_view::npos;
  detail::openssl_ptr<BIO> const bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  if (!bio) return error::crypto_failed;
  auto* const pkey = is_private
                         ? PEM_read_bio_PrivateKey(bio.get(), nullptr, &detail::no_pass_phrase, nullptr)
                         : PEM_read_bio_PUBKEY(bio.get(), nullptr, &detail::no_pass_phrase, nullptr);
  if (!pkey) return error::bad_key;
  return from_pkey({pkey, detail::openssl_free{}}, alg, std::move(id), is_private);
}

UPLOADPROTO_DECL result<key> key::from_pkey(std::shared_ptr<evp_pkey_st> pkey, std::optional<algorithm> alg,
                                            std::string id, bool can_sign) {
  detail::error_mark const mark;
  if (!alg) {
    for (auto a : {algorithm::rs256, algorithm::es256, algorithm::eddsa})
      if (EVP_PKEY_is_a(pkey.get(), detail::traits_of(a).key_type)) alg = a;
    if (!alg && EVP_PKEY_is_a(pkey.get(), "RSA-PSS")) alg = algorithm::ps256;
    if (!alg) return error::unsuitable_key;
  }
  auto const* const type = detail::traits_of(*alg).key_type;
  bool const fits = type && (EVP_PKEY_is_a(pkey.get(), type) ||
                             (*alg == algorithm::ps256 && EVP_PKEY_is_a(pkey.get(), "RSA-PSS")));
  if (!fits || (*alg == algorithm::es256 && !detail::is_p256(pkey.get()))) return error::unsuitable_key;
  if ((*alg == algorithm::rs256 || *alg == algorithm::ps256) && EVP_PKEY_get_bits(pkey.get()) < 2048)
    return error::weak_key;
  // A modulus or exponent that makes forging easy, a point off the curve.
  if (*alg != algorithm::eddsa && !detail::passes_public_check(pkey.get())) return error::bad_key;

  key k;
  k.alg_ = *alg;
  k.can_sign_ = can_sign;
  k.id_ = std::move(id);
  k.pkey_ = std::move(pkey);
  return k;
}

UPLOADPROTO_DECL bool key::verify(std::string_view input, std::string_view signature) const {
  detail::error_mark const mark;
  if (mac_) {
    unsigned char expected[EVP_MAX_MD_SIZE];
    auto const size = detail::hmac(mac_.get(), input, expected);
    return size != 0 && signature.size() == size && CRYPTO_memcmp(expected, signature.data(), size) == 0;
  }
  if (alg_ != algorithm::es256) return detail::verify_digest(pkey_.get(), alg_, input, signature);
  auto const der = detail::es256_to_der(signature);
  return !der.empty() && detail::verify_digest(pkey_.get(), alg_, input, der);
}

UPLOADPROTO_DECL result<std::string> key::sign(std::string_view input) const {
  if (!can_sign_) return error::no_private_key;
  detail::error_mark const mark;
  std::string signature;
  if (mac_) {
    signature.resize(EVP_MAX_MD_SIZE);
    signature.resize(detail::hmac(mac_.get(), input, detail::bytes_of(signature)));
  } else {
    signature = detail::sign_digest(pkey_.get(), alg_, input);
    if (alg_ == algorithm::es256) signature = detail::es256_from_der(signature);
  }
  if (signature.empty()) return error::crypto_failed;
  return signature;
}

UPLOADPROTO_DECL result<void> key_set::add(key k) {
  if (keys_.size() == max_keys) return error::bad_key_set;
  for (auto const& other : keys_)
    if (!k.id().empty() && other.id() == k.id()) return error::bad_key_set;
  keys_.push_back(std::move(k));
  return {};
}

}  // namespace uploadproto::wire::jwt
#endif
