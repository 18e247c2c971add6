// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "trial/token_forge.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <boost/json/serialize.hpp>
#include <uploadproto/wire/base64.hpp>

namespace uploadproto::conformance {

std::string hs256(std::string_view header, std::string_view claims, std::string_view secret) {
  std::string out = wire::encode_base64url(header) + '.' + wire::encode_base64url(claims);
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<unsigned char const*>(out.data()), out.size(), mac, &size);
  return out + '.' + wire::encode_base64url({reinterpret_cast<char const*>(mac), size});
}

std::string hs256(boost::json::object const& claims, std::string_view secret) {
  return hs256(R"({"alg":"HS256","typ":"JWT"})", serialize(claims), secret);
}

}  // namespace uploadproto::conformance
