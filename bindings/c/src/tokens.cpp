// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <chrono>
#include <memory>
#include <uploadproto/wire/json.hpp>
#include <uploadproto/wire/jwt.hpp>

#include "boundary.hpp"

using namespace uploadproto;

namespace {

namespace jwt = wire::jwt;
using bindings::call_error;

/** Claims with the texts that they show. */
struct held_claims : uploadproto_claims {
  std::string user_text, json_text;

  explicit held_claims(jwt::claims const& c) : uploadproto_claims{}, user_text(c.user_id) {
    wire::append_json(json_text, c.all);
    user_id = user_text.c_str();
    json = json_text.c_str();
    expires_at = std::chrono::duration_cast<std::chrono::seconds>(c.expires_at.time_since_epoch()).count();
  }
};

jwt::verifier::options options_for(uploadproto_token_use use) {
  if (use != UPLOADPROTO_TOKEN_ACCESS && use != UPLOADPROTO_TOKEN_TICKET)
    throw call_error(UPLOADPROTO_ERROR_ARGUMENT, "use is none of uploadproto_token_use");
  jwt::verifier::options options;
  options.uses = use == UPLOADPROTO_TOKEN_TICKET ? jwt::use::ticket : jwt::use::access;
  return options;
}

}  // namespace

extern "C" {

uploadproto_status uploadproto_verify_token(const char* secret, size_t secret_size, const char* token,
                                            uploadproto_token_use use, uploadproto_claims** claims,
                                            uploadproto_error* error) {
  if (claims) *claims = nullptr;
  return bindings::guarded(error, [&] {
    auto const key = jwt::key::from_secret({&bindings::required(secret, "secret"), secret_size});
    if (!key) throw call_error(UPLOADPROTO_ERROR_ARGUMENT, "secret: " + key.error().message());
    jwt::verifier const verifier(*key, options_for(use));
    std::string const text = &bindings::required(token, "token");
    auto const found = verifier.verify(text, std::chrono::system_clock::now());
    if (!found)
      throw call_error(found.error() == jwt::error::expired ? UPLOADPROTO_EXPIRED : UPLOADPROTO_ERROR_TOKEN,
                       found.error().message());
    if (claims) *claims = std::make_unique<held_claims>(*found).release();
  });
}

void uploadproto_claims_free(uploadproto_claims* claims) {
  delete static_cast<held_claims*>(claims);
}

const char* uploadproto_version(void) {
  return UPLOADPROTO_VERSION;
}

}  // extern "C"
