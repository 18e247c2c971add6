// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "trial/hostile_tokens.hpp"

#include <boost/json/serialize.hpp>
#include <cstdint>
#include <uploadproto/wire/base64.hpp>

#include "trial/token_forge.hpp"

namespace uploadproto::conformance {
namespace {

using boost::json::object;
using boost::json::value;
using wire::encode_base64url;

constexpr std::string_view plain_header = R"({"alg":"HS256","typ":"JWT"})";
constexpr std::string_view somebody_elses = "a secret of somebody else, of more than 32 bytes";

/** Collects the tokens of one good one. */
class workshop {
 public:
  workshop(std::string_view good, object const& claims, std::string_view secret, std::string_view other_use)
      : good_(good), claims_(claims), secret_(secret), other_use_(other_use) {
    first_dot_ = good_.find('.');
    second_dot_ = good_.find('.', first_dot_ + 1);
  }

  std::vector<hostile_token> all() {
    if (second_dot_ == good_.npos) return {};  // no JWT at all
    unsigned_ones();
    forged();
    respelled();
    if (secret_.empty()) return std::move(made_);
    confused();
    own_keys();
    headers();
    claim_sets();
    times();
    users();
    return std::move(made_);
  }

 private:
  std::string header() const { return good_.substr(0, first_dot_); }
  std::string payload() const { return good_.substr(first_dot_ + 1, second_dot_ - first_dot_ - 1); }
  std::string signature() const { return good_.substr(second_dot_ + 1); }
  std::string signed_part() const { return good_.substr(0, second_dot_ + 1); }

  void add(std::string name, attack kind, std::string token, bool everywhere = false) {
    made_.push_back({std::move(name), kind, std::move(token), everywhere});
  }
  /** Rightly signed. */
  void with_header(std::string name, attack kind, std::string_view text, bool everywhere = false) {
    add(std::move(name), kind, hs256(text, serialize(claims_), secret_), everywhere);
  }
  void with_claims(std::string name, attack kind, std::string_view text, bool everywhere = false) {
    add(std::move(name), kind, hs256(plain_header, text, secret_), everywhere);
  }
  void with_claim(std::string name, attack kind, std::string_view member, value v, bool everywhere = false) {
    object changed = claims_;
    changed[member] = std::move(v);
    with_claims(std::move(name), kind, serialize(changed), everywhere);
  }
  /** The claims with a member's text as it stands, which JSON's own writer would not write. */
  void with_raw_claim(std::string name, attack kind, std::string_view member, std::string_view raw,
                      bool everywhere = false) {
    object rest = claims_;
    rest.erase(member);
    std::string text = serialize(rest);
    text.pop_back();
    with_claims(std::move(name), kind, text.append(",\"").append(member).append("\":").append(raw) + '}',
                everywhere);
  }

  void unsigned_ones() {
    for (std::string_view none : {"none", "None", "NONE", "nOnE"}) {
      std::string const head = encode_base64url(R"({"alg":")" + std::string(none) + R"(","typ":"JWT"})");
      std::string const word(none);
      add("alg " + word + " without a signature", attack::no_signature, head + '.' + payload() + '.', true);
      add("alg " + word + " with the old signature", attack::no_signature,
          head + '.' + payload() + '.' + signature(), true);
    }
    add("the signature taken away", attack::no_signature, signed_part(), true);
    add("two parts", attack::no_signature, header() + '.' + payload(), true);
  }

  void forged() {
    object other = claims_;
    other["sub"] = "mallory";
    std::string const tampered = header() + '.' + encode_base64url(serialize(other)) + '.' + signature();
    add("another user in the payload", attack::forgery, tampered, true);
    add("the signature of somebody else's secret", attack::forgery, hs256(claims_, somebody_elses), true);
    add("the signature of an empty secret", attack::forgery, hs256(claims_, ""), true);
    add("the signature of the word secret", attack::forgery, hs256(claims_, "secret"), true);
    add("half of the signature", attack::forgery,
        signed_part() + signature().substr(0, signature().size() / 2), true);
    add("the signature of another token", attack::forgery,
        signed_part() + std::string(signature().size(), 'A'), true);
    for (std::size_t place : {std::size_t(0), signature().size() - 2}) {
      std::string changed = signature();
      changed[place] = changed[place] == 'A' ? 'B' : 'A';
      add("one letter of the signature changed at " + std::to_string(place), attack::forgery,
          signed_part() + changed, true);
    }
    add("no token but a word", attack::forgery, "token", true);
    add("two dots", attack::forgery, "..", true);
  }

  void respelled() {
    add("a fourth part", attack::encoding, good_ + ".AAAA");
    add("five parts, as a JWE", attack::encoding, good_ + '.' + signature() + ".AAAA");
    add("a dot behind", attack::encoding, good_ + '.');
    add("a line feed behind", attack::encoding, good_ + '\n');
    add("a NUL behind", attack::encoding, good_ + '\0');
    add("a space before", attack::encoding, ' ' + good_);
    add("the signature padded", attack::encoding, good_ + '=');
    add("the header padded", attack::encoding, header() + "=." + payload() + '.' + signature());
    if (std::string const last = other_last_letter(); !last.empty())
      add("the signature's unused bits set", attack::encoding, good_.substr(0, good_.size() - 1) + last);
    object const parts{{"protected", header()}, {"payload", payload()}, {"signature", signature()}};
    add("flattened JSON serialisation", attack::encoding, serialize(parts));
    object const general{
        {"payload", payload()},
        {"signatures", boost::json::array{object{{"protected", header()}, {"signature", signature()}}}}};
    add("general JSON serialisation", attack::encoding, serialize(general));
  }

  /** Another letter that decodes to the same bytes where the last one carries unused bits. */
  std::string other_last_letter() const {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::size_t const left = signature().size() % 4;
    std::size_t const place = letters.find(good_.back());
    if (left < 2 || place == letters.npos) return {};
    return std::string(1, letters[place + 1]);
  }

  void confused() {
    for (std::string_view alg : {"RS256", "PS256", "ES256", "EdDSA"})
      with_header("alg " + std::string(alg) + " over the secret's HMAC", attack::confusion,
                  R"({"alg":")" + std::string(alg) + R"(","typ":"JWT"})", true);
    for (std::string_view alg : {"HS384", "HS512", "hs256", "HS256 ", ""})
      with_header("alg \"" + std::string(alg) + "\" over HMAC-SHA-256", attack::confusion,
                  R"({"alg":")" + std::string(alg) + R"(","typ":"JWT"})");
  }

  void own_keys() {
    std::string const key = encode_base64url(somebody_elses);
    std::string const jwk = R"("jwk":{"kty":"oct","k":")" + key + R"("})";
    add("jwk with the key that signed it", attack::own_key,
        hs256(R"({"alg":"HS256",)" + jwk + '}', serialize(claims_), somebody_elses), true);
    for (std::string const& member :
         {jwk, std::string(R"("jku":"http://127.0.0.1:1/keys")"),
          std::string(R"("x5u":"http://127.0.0.1:1/cert")"), std::string(R"("x5c":["AAAA"])")})
      with_header(member.substr(1, 3) + " beside the right signature", attack::own_key,
                  R"({"alg":"HS256",)" + member + '}');
  }

  void headers() {
    using pair = std::pair<std::string_view, std::string_view>;
    for (auto const& [name, text] :
         std::initializer_list<pair>{{"crit unknown", R"({"alg":"HS256","crit":["x-new"],"x-new":1})"},
                                     {"crit empty", R"({"alg":"HS256","crit":[]})"},
                                     {"b64 false", R"({"alg":"HS256","b64":false,"crit":["b64"]})"},
                                     {"b64 false without crit", R"({"alg":"HS256","b64":false})"},
                                     {"alg twice", R"({"alg":"none","alg":"HS256"})"},
                                     {"alg twice, once escaped", R"({"alg":"HS256","\u0061lg":"HS256"})"},
                                     {"no alg", R"({"typ":"JWT"})"},
                                     {"alg null", R"({"alg":null})"},
                                     {"alg an array", R"({"alg":["HS256"]})"},
                                     {"header an array", R"(["HS256"])"},
                                     {"header a text", R"("HS256")"},
                                     {"header null", "null"},
                                     {"header empty", ""},
                                     {"header cut off", R"({"alg":"HS256")"},
                                     {"bytes behind the header", R"({"alg":"HS256"}x)"},
                                     {"header not UTF-8", "{\"alg\":\"HS256\",\"x\":\"\xff\"}"}})
      with_header(std::string(name), attack::header, text);
  }

  void claim_sets() {
    using pair = std::pair<std::string_view, std::string_view>;
    for (auto const& [name, text] : std::initializer_list<pair>{{"claims an array", "[1]"},
                                                                {"claims a text", "\"me\""},
                                                                {"claims null", "null"},
                                                                {"claims empty", ""}})
      with_claims(std::string(name), attack::claims, text);
    std::string const text = serialize(claims_), body = text.substr(0, text.size() - 1);
    with_claims("bytes behind the claims", attack::claims, text + 'x');
    with_claims("claims cut off", attack::claims, body);
    with_claims("claims not UTF-8", attack::claims, body + ",\"x\":\"\xc3\x28\"}");
    with_claims("sub twice", attack::claims, body + R"(,"sub":"mallory"})");
    with_claims("exp twice", attack::claims, body + R"(,"exp":99999999999})");
    with_claims("sub twice, once escaped", attack::claims, body + R"(,"s\u0075b":"mallory"})");
    with_claims("nested without end", attack::claims,
                body + ",\"x\":" + std::string(2000, '[') + std::string(2000, ']') + '}');
    with_claim("longer than 8 KiB", attack::size, "x", boost::json::string(8 * 1024, 'x'));
  }

  void times() {
    std::int64_t const now = claims_.at("iat").to_number<std::int64_t>();
    with_claim("expired an hour ago", attack::time, "exp", now - 3600, true);
    with_claim("expired two minutes ago", attack::time, "exp", now - 120, true);
    with_claim("exp 0", attack::time, "exp", 0, true);
    with_claim("exp negative", attack::time, "exp", -now);
    object without = claims_;
    without.erase("exp");
    with_claims("no exp", attack::time, serialize(without));
    using pair = std::pair<std::string_view, std::string_view>;
    for (auto const& [member, raw] : std::initializer_list<pair>{{"exp", "null"},
                                                                 {"exp", "\"9999999999\""},
                                                                 {"exp", "true"},
                                                                 {"exp", "[9999999999]"},
                                                                 {"exp", "1e999"},
                                                                 {"exp", "NaN"},
                                                                 {"exp", "Infinity"},
                                                                 {"nbf", "\"0\""},
                                                                 {"nbf", "null"},
                                                                 {"nbf", "1e999"},
                                                                 {"iat", "-1e999"}})
      with_raw_claim(std::string(member) + ' ' + std::string(raw), attack::time, member, raw);
    with_claim("nbf in an hour", attack::time, "nbf", now + 3600);
    with_claim("nbf in two minutes", attack::time, "nbf", now + 120);
    with_claim("iat in an hour", attack::time, "iat", now + 3600);
  }

  void users() {
    object nobody = claims_;
    nobody.erase("sub");
    with_claims("no user", attack::user, serialize(nobody));
    for (value const& wrong :
         {value(""), value(nullptr), value(1.5), value(true), value(object()), value(boost::json::array{1})})
      with_claim("sub " + serialize(wrong), attack::user, "sub", wrong);
    with_claim("type " + std::string(other_use_), attack::use, "type", value(other_use_));
    with_claim("type refresh", attack::use, "type", "refresh");
    with_claim("type null", attack::use, "type", nullptr);
  }

  std::string good_;
  object const& claims_;
  std::string_view secret_, other_use_;
  std::size_t first_dot_ = 0, second_dot_ = 0;
  std::vector<hostile_token> made_;
};

}  // namespace

std::vector<hostile_token> hostile_tokens(std::string_view good, object const& claims,
                                          std::string_view secret, std::string_view other_use) {
  return workshop(good, claims, secret, other_use).all();
}

std::string_view clause_of(attack kind) noexcept {
  switch (kind) {
    case attack::time:
      return "JW-2";
    case attack::size:
      return "JW-4";
    case attack::use:
      return "JW-5";
    case attack::user:
      return "JW-8";
    default:
      return "JW-1";
  }
}

}  // namespace uploadproto::conformance
