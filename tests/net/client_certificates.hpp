// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_NET_CLIENT_CERTIFICATES_HPP
#define UPLOADPROTO_TESTS_NET_CLIENT_CERTIFICATES_HPP

/** @file
    An authority and the certificates it signs, made anew by every run: nothing secret or expiring is kept. */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace uploadproto::net::test {

struct openssl_free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using key_ptr = std::unique_ptr<EVP_PKEY, openssl_free>;
using certificate_ptr = std::unique_ptr<X509, openssl_free>;

/** A certificate with its private key. */
struct identity {
  key_ptr key;
  certificate_ptr certificate;

  [[nodiscard]] std::string certificate_pem() const {
    std::unique_ptr<BIO, openssl_free> const bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), certificate.get());
    return text(bio.get());
  }
  [[nodiscard]] std::string key_pem() const {
    std::unique_ptr<BIO, openssl_free> const bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return text(bio.get());
  }

 private:
  static std::string text(BIO* bio) {
    char* data = nullptr;
    long const size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
  }
};

struct certificate_request {
  std::string name = "localhost";
  std::string alternative = "DNS:localhost,IP:127.0.0.1";  ///< empty: an authority
  long valid_from = -3600, valid_to = 3600;                ///< seconds from now
};

/** @param issuer null: signed by itself */
inline identity make_identity(certificate_request const& request, identity const* issuer) {
  identity out{key_ptr(EVP_EC_gen("P-256")), certificate_ptr(X509_new())};
  X509* const x = out.certificate.get();
  static long serial = 1;
  X509_set_version(x, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(x), request.valid_from);
  X509_gmtime_adj(X509_getm_notAfter(x), request.valid_to);
  X509_set_pubkey(x, out.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
                             reinterpret_cast<unsigned char const*>(request.name.c_str()), -1, -1, 0);
  X509_set_issuer_name(x, X509_get_subject_name(issuer ? issuer->certificate.get() : x));
  auto const extend = [&](int kind, std::string const& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer ? issuer->certificate.get() : x, x, nullptr, nullptr, 0);
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    if (!extension) throw std::runtime_error("no such extension");
    X509_add_ext(x, extension, -1);
    X509_EXTENSION_free(extension);
  };
  if (request.alternative.empty()) {
    extend(NID_basic_constraints, "critical,CA:TRUE");
    extend(NID_key_usage, "critical,keyCertSign");
  } else {
    extend(NID_subject_alt_name, request.alternative);
  }
  if (X509_sign(x, issuer ? issuer->key.get() : out.key.get(), EVP_sha256()) == 0) {
    throw std::runtime_error("cannot sign");
  }
  return out;
}

}  // namespace uploadproto::net::test

#endif
