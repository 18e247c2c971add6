// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_IMPL_JWT_IPP
#define UPLOADPROTO_WIRE_IMPL_JWT_IPP

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cmath>
#include <uploadproto/wire/base64.hpp>
#include <uploadproto/wire/impl/jwt_jwk.ipp>
#include <uploadproto/wire/jwt.hpp>
#include <uploadproto/wire/jwt_object.hpp>
#include <utility>

namespace uploadproto::wire::jwt {
namespace detail {

/** The three parts of a compact JWS (RFC 7515 7.1) and what the signature covers. */
struct compact_parts {
  std::string_view header, payload, signature, signing_input;
};

inline result<compact_parts> split_compact(std::string_view token) noexcept {
  auto const first = token.find('.');
  if (first == std::string_view::npos) return error::not_compact;
  auto const second = token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
    return error::not_compact;
  return compact_parts{token.substr(0, first), token.substr(first + 1, second - first - 1),
                       token.substr(second + 1), token.substr(0, second)};
}

inline result<boost::json::object> decode_object(std::string_view part) {
  auto const json = decode_base64url(part);
  if (!json) return error::not_base64url;
  return parse_object(*json);
}

/** `typ` is optional; where it stands it names a JWT or an access token (RFC 7519 5.1, RFC 8725 3.11). */
inline bool is_jwt_type(std::string_view typ) {
  std::string lower{typ};
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  std::string_view name{lower};
  if (name.starts_with("application/")) name.remove_prefix(12);
  return name == "jwt" || name == "at+jwt";
}

inline result<void> check_header(boost::json::object const& header) {
  for (auto const* name : {"jwk", "jku", "x5u", "x5c"})
    if (header.contains(name)) return error::key_in_header;
  for (auto const* name : {"crit", "b64", "enc", "zip"})
    if (header.contains(name)) return error::extension_not_known;
  for (auto const* name : {"alg", "typ", "kid", "cty"})
    if (auto const* v = header.if_contains(name); v && !v->is_string()) return error::bad_header;
  if (header.contains("typ") && !is_jwt_type(text_member(header, "typ"))) return error::bad_header;
  if (!header.contains("alg")) return error::algorithm_not_accepted;
  return {};
}

using seconds = std::chrono::duration<double>;

/** A NumericDate member (RFC 7519 2); nothing where it is absent. */
inline result<std::optional<seconds>> time_member(boost::json::object const& all, std::string_view name) {
  auto const* const v = all.if_contains({name.data(), name.size()});
  if (!v) return std::optional<seconds>{};
  error_code ec;
  auto const number = v->is_number() ? v->to_number<double>(ec) : std::nan("");
  if (ec || !std::isfinite(number)) return error::bad_time;
  return std::optional{seconds{number}};
}

/** The time point, held to what the clock can express. */
inline std::chrono::system_clock::time_point to_time_point(seconds since_epoch) noexcept {
  using clock = std::chrono::system_clock;
  constexpr seconds limit = clock::duration::max() - std::chrono::hours{1};  // room for rounding
  return clock::time_point{
      std::chrono::duration_cast<clock::duration>(std::clamp(since_epoch, -limit, limit))};
}

/** JW-8. The first of the four members that is there decides; one of a wrong type is no user. */
inline result<std::string> user_id_of(boost::json::object const& all) {
  for (auto const* name : {"sub", "id", "user_id", "userId"}) {
    auto const* const v = all.if_contains(name);
    if (!v) continue;
    if (auto const* s = v->if_string(); s && !s->empty()) return std::string{s->data(), s->size()};
    if (auto const* i = v->if_int64()) return std::to_string(*i);
    if (auto const* u = v->if_uint64()) return std::to_string(*u);
    return error::missing_user;
  }
  return error::missing_user;
}

inline bool names_audience(boost::json::value const* aud, std::string_view wanted) noexcept {
  auto const is_wanted = [wanted](boost::json::value const& v) {
    auto const* s = v.if_string();
    return s && std::string_view{s->data(), s->size()} == wanted;
  };
  if (!aud) return false;
  if (auto const* list = aud->if_array()) return std::any_of(list->begin(), list->end(), is_wanted);
  return is_wanted(*aud);
}

}  // namespace detail

UPLOADPROTO_DECL verifier::verifier(key_set keys, options opts)
    : keys_(std::move(keys)), options_(std::move(opts)) {
  options_.leeway = std::clamp(options_.leeway, std::chrono::seconds{0}, max_leeway);
}

UPLOADPROTO_DECL result<claims> verifier::verify(std::string_view token,
                                                 std::chrono::system_clock::time_point now) const {
  if (token.size() > max_token_size) return error::too_large;
  auto const parts = detail::split_compact(token);
  if (!parts) return parts.error();
  auto const header = detail::decode_object(parts->header);
  if (!header) return header.error();
  if (auto const checked = detail::check_header(*header); !checked) return checked.error();
  if (auto const checked = check_signature(*header, parts->signing_input, parts->signature); !checked)
    return checked.error();

  auto all = detail::decode_object(parts->payload);
  if (!all) return all.error();
  if (auto const checked = check_times(*all, now); !checked) return checked.error();
  if (auto const checked = check_purpose(*all); !checked) return checked.error();
  auto user = detail::user_id_of(*all);
  if (!user) return user.error();
  auto const expiry = detail::time_member(*all, "exp");
  return claims{std::move(*user), detail::to_time_point(**expiry), std::move(*all)};
}

UPLOADPROTO_DECL result<void> verifier::check_signature(boost::json::object const& header,
                                                        std::string_view input,
                                                        std::string_view signature) const {
  auto const raw = decode_base64url(signature);
  if (!raw) return error::not_base64url;
  auto const alg = detail::text_member(header, "alg");
  auto const kid = detail::text_member(header, "kid");
  auto const& keys = keys_.keys();
  bool const known_id =
      !kid.empty() && std::any_of(keys.begin(), keys.end(), [kid](key const& k) { return k.id() == kid; });

  auto refusal = error::unknown_key;
  for (auto const& k : keys) {
    // A token that names a key is for that key; a key without an id may serve for names we do not know.
    if (!kid.empty() && k.id() != (known_id ? kid : std::string_view{})) continue;
    if (to_string(k.alg()) != alg) {
      if (refusal == error::unknown_key) refusal = error::algorithm_not_accepted;
    } else {
      if (k.verify(input, *raw)) return {};
      refusal = error::bad_signature;
    }
  }
  return refusal;
}

UPLOADPROTO_DECL result<void> verifier::check_times(boost::json::object const& all,
                                                    std::chrono::system_clock::time_point now) const {
  auto const present = detail::seconds{now.time_since_epoch()};
  auto const expiry = detail::time_member(all, "exp");
  if (!expiry) return expiry.error();
  if (!*expiry) return error::missing_expiry;
  if (present >= **expiry + options_.leeway) return error::expired;
  for (auto const* name : {"nbf", "iat"}) {
    auto const start = detail::time_member(all, name);
    if (!start) return start.error();
    if (*start && **start > present + options_.leeway) return error::not_yet_valid;
  }
  return {};
}

UPLOADPROTO_DECL result<void> verifier::check_purpose(boost::json::object const& all) const {
  if (options_.issuer && (!all.contains("iss") || detail::text_member(all, "iss") != *options_.issuer))
    return error::wrong_issuer;
  if (options_.audience && !detail::names_audience(all.if_contains("aud"), *options_.audience))
    return error::wrong_audience;
  auto const type = detail::text_member(all, "type");
  bool const is_access = !all.contains("type") || type == "access";
  bool const is_ticket = type == "websocket";
  if (options_.uses == use::access ? !is_access : !is_ticket) return error::wrong_use;
  return {};
}

UPLOADPROTO_DECL result<std::string> sign(key const& with, boost::json::object const& claims) {
  auto const alg = to_string(with.alg());
  boost::json::object header{{"alg", boost::json::string_view{alg.data(), alg.size()}}, {"typ", "JWT"}};
  if (!with.id().empty()) header["kid"] = with.id();
  auto token = encode_base64url(boost::json::serialize(header));
  token += '.';
  token += encode_base64url(boost::json::serialize(claims));
  auto const signature = with.sign(token);
  if (!signature) return signature.error();
  token += '.';
  token += encode_base64url(*signature);
  return token;
}

}  // namespace uploadproto::wire::jwt
#endif
