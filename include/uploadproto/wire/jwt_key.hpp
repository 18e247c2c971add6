// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_JWT_KEY_HPP
#define UPLOADPROTO_WIRE_JWT_KEY_HPP

/** @file
    Keys that sign and verify tokens. A key is bound to one algorithm when it is made (JW-1, RFC 8725 3.1):
    what a token's header says is compared with it, never obeyed.
*/
#include <boost/json/object.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/result.hpp>
#include <uploadproto/wire/jwt_error.hpp>
#include <vector>

struct evp_pkey_st;     // OpenSSL's EVP_PKEY
struct evp_mac_ctx_st;  // OpenSSL's EVP_MAC_CTX

namespace uploadproto::wire::jwt {

/** The algorithms of JW-7 (RFC 7518 3.1, RFC 8037 3.1). */
enum class algorithm : unsigned char { hs256, hs384, hs512, rs256, ps256, es256, eddsa };

/** The name in a token's `alg`: `HS256`, …, `EdDSA`. */
UPLOADPROTO_DECL std::string_view to_string(algorithm) noexcept;

/** The algorithm of this exact name; otherwise error::unknown_algorithm. */
UPLOADPROTO_DECL result<algorithm> parse_algorithm(std::string_view name) noexcept;

/** One key with its algorithm and, if it has one, its id.

    Immutable; copies share the key material. All const members may be called from several threads.
*/
class key {
 public:
  /** An HMAC secret: raw bytes, not base64.

      @param secret At least as long as the hash: 32, 48 or 64 bytes (JW-3, RFC 7518 3.2).
      @param id The `kid`; empty for none.
      @return error::weak_key; error::unsuitable_key if the algorithm is no HMAC or the secret is PEM text
      (a public key taken for a secret is how HS/RS confusion begins).
  */
  static result<key> from_secret(std::string_view secret, algorithm alg = algorithm::hs256,
                                 std::string id = {});

  /** A public or private key in PEM: RSA (RS256 unless PS256 is named), EC P-256 (ES256), Ed25519 (EdDSA).

      @return error::bad_key, error::weak_key (RSA under 2048 bits), error::unsuitable_key (another kind of
      key, or not the kind that `alg` needs).
  */
  static result<key> from_pem(std::string_view pem, std::optional<algorithm> alg = std::nullopt,
                              std::string id = {});

  /** A JSON Web Key (RFC 7517): `oct`, `RSA`, `EC` with P-256, `OKP` with Ed25519. Its member `alg` wins over
      the default of its kind. Private members of RSA, EC and OKP keys are ignored: it verifies only.

      @return as above; error::unknown_algorithm for an `alg` that JW-7 does not have.
  */
  static result<key> from_jwk(boost::json::object const& jwk);

  algorithm alg() const noexcept { return alg_; }
  std::string const& id() const noexcept { return id_; }
  bool can_sign() const noexcept { return can_sign_; }

  /** Whether `signature` (raw bytes, RFC 7518 3: ES256 is R‖S) is this key's over `input`. Constant time for
      HMAC (JW-3). */
  bool verify(std::string_view input, std::string_view signature) const;

  /** The raw signature over `input`; error::no_private_key, error::crypto_failed. */
  result<std::string> sign(std::string_view input) const;

 private:
  key() = default;
  static result<key> from_pkey(std::shared_ptr<evp_pkey_st> pkey, std::optional<algorithm> alg,
                               std::string id, bool can_sign);

  algorithm alg_{};
  bool can_sign_ = false;
  std::string id_;
  std::shared_ptr<evp_mac_ctx_st> mac_;  // HMAC, keyed; duplicated for each use
  std::shared_ptr<evp_pkey_st> pkey_;    // all others
};

/** The keys a verifier accepts. */
class key_set {
 public:
  static constexpr std::size_t max_keys = 64;

  key_set() = default;
  /** A set of one. */
  key_set(key only) { keys_.push_back(std::move(only)); }  // NOLINT: a key serves wherever a set does

  /** Adds a key; error::bad_key_set if its id is there already or the set is full. */
  result<void> add(key k);

  /** A JWKS document (RFC 7517 5): `{"keys":[…]}`. Keys of other kinds, algorithms and uses are passed over,
      as the RFC wants; a weak or unreadable key is an error. error::bad_key_set if nothing usable is left. */
  static result<key_set> from_jwks(std::string_view json);

  std::vector<key> const& keys() const noexcept { return keys_; }

 private:
  std::vector<key> keys_;
};

}  // namespace uploadproto::wire::jwt

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/wire/impl/jwt_jwk.ipp>
#include <uploadproto/wire/impl/jwt_key.ipp>
#endif
#endif
