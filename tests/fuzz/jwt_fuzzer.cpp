// Tokens from a stranger: whatever the bytes, verify() answers and says why in a fixed sentence. The input is
// tried as a whole token, and as header and claims under a right signature so that the checks behind it are
// reached.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <uploadproto/wire/base64.hpp>
#include <uploadproto/wire/jwt.hpp>

namespace jwt = uploadproto::wire::jwt;
namespace wire = uploadproto::wire;

namespace {

jwt::key const& secret_key() {
  static auto const key = jwt::key::from_secret("uploadproto-test-secret-of-thirty-two-bytes").value();
  return key;
}

void try_token(std::string_view token) {
  static jwt::verifier const verifier{secret_key(), {.issuer = "fuzz", .audience = "fuzz"}};
  static std::chrono::system_clock::time_point const now{std::chrono::seconds{1'700'000'000}};
  auto const claims = verifier.verify(token, now);
  if (claims ? claims->user_id.empty() : claims.error() != jwt::condition::refused) std::abort();
}

void try_signed(std::string_view header, std::string_view payload) {
  auto token = wire::encode_base64url(header) + '.' + wire::encode_base64url(payload);
  token += '.' + wire::encode_base64url(secret_key().sign(token).value());
  try_token(token);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const input{reinterpret_cast<char const*>(data), size};
  try_token(input);
  try_signed(R"({"alg":"HS256"})", input);
  try_signed(input, R"({"sub":"a","exp":1800000000,"iss":"fuzz","aud":["fuzz"]})");
  (void)jwt::key_set::from_jwks(input);
  (void)jwt::key::from_pem(input);
  return 0;
}
