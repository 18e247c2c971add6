// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_IMPL_TICKET_OFFICE_IPP
#define UPLOADPROTO_SESSION_IMPL_TICKET_OFFICE_IPP

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cstring>
#include <uploadproto/session/ticket_office.hpp>
#include <uploadproto/wire/base64.hpp>
#include <utility>

namespace uploadproto::session {
namespace detail {

class ticket_error_category final : public boost::system::error_category {
 public:
  char const* name() const noexcept override { return "uploadproto.ticket"; }
  std::string message(int value) const override {
    switch (static_cast<ticket_error>(value)) {
      case ticket_error::used:
        return "the ticket has been used; each lets one connection in";
      case ticket_error::issued_before:
        return "the ticket was issued before this server was started, or does not say when";
      case ticket_error::too_long_lived:
        return "the ticket expires later than a ticket may";
      case ticket_error::office_full:
        return "too many tickets were used lately";
    }
    return "unknown ticket error";
  }
};

inline std::int64_t seconds_of(std::chrono::system_clock::time_point when) {
  return std::chrono::floor<std::chrono::seconds>(when.time_since_epoch()).count();
}

}  // namespace detail

UPLOADPROTO_DECL error_code make_error_code(ticket_error e) noexcept {
  static detail::ticket_error_category const category;
  return {static_cast<int>(e), category};
}

UPLOADPROTO_DECL ticket_office::ticket_office(wire::jwt::key signing, wire::jwt::key_set accepted,
                                              options opts, clock::time_point opened)
    : signing_(std::move(signing)),
      options_(std::move(opts)),
      verifier_(std::move(accepted),
                [&] {
                  auto checks = options_.verifier;
                  checks.uses = wire::jwt::use::ticket;
                  return checks;
                }()),
      opened_(opened) {}

UPLOADPROTO_DECL result<std::string> ticket_office::issue(std::string_view user,
                                                          clock::time_point now) const {
  std::string number(16, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(number.data()), static_cast<int>(number.size())) != 1)
    return make_error_code(wire::jwt::error::crypto_failed);
  boost::json::object claims;
  claims["sub"] = boost::json::string_view(user.data(), user.size());
  claims["type"] = "websocket";
  claims["jti"] = wire::encode_base64(number);
  claims["iat"] = detail::seconds_of(now);
  claims["exp"] = detail::seconds_of(now + options_.lifetime);
  if (options_.verifier.issuer) claims["iss"] = *options_.verifier.issuer;
  if (options_.verifier.audience) claims["aud"] = *options_.verifier.audience;
  return wire::jwt::sign(signing_, claims);
}

UPLOADPROTO_DECL result<std::string> ticket_office::redeem(std::string_view ticket, clock::time_point now) {
  auto claims = verifier_.verify(ticket, now);
  if (!claims) return claims.error();
  auto const* const issued = claims->all.if_contains("iat");
  if (!issued || issued->to_number<double>() < static_cast<double>(detail::seconds_of(opened_)))
    return make_error_code(ticket_error::issued_before);
  if (claims->expires_at > now + options_.lifetime + wire::jwt::verifier::max_leeway)
    return make_error_code(ticket_error::too_long_lived);
  auto const mark = digest_of(ticket);
  if (!mark) return mark.error();
  if (auto const refused = use(*mark, claims->expires_at + wire::jwt::verifier::max_leeway, now))
    return refused;
  return std::move(claims->user_id);
}

// Of what was signed, not of the signature: some algorithms have several right ones for the same text.
UPLOADPROTO_DECL result<ticket_office::digest> ticket_office::digest_of(std::string_view ticket) {
  auto const signed_part = ticket.substr(0, ticket.rfind('.'));
  digest made;
  unsigned int size = 0;
  if (EVP_Digest(signed_part.data(), signed_part.size(), made.data(), &size, EVP_sha256(), nullptr) != 1 ||
      size != made.size())
    return make_error_code(wire::jwt::error::crypto_failed);
  return made;
}

UPLOADPROTO_DECL error_code ticket_office::use(digest const& ticket, clock::time_point expires,
                                               clock::time_point now) {
  std::lock_guard const lock(mutex_);
  while (!by_expiry_.empty() && by_expiry_.begin()->first <= now) {
    used_.erase(by_expiry_.begin()->second);
    by_expiry_.erase(by_expiry_.begin());
  }
  if (used_.contains(ticket)) return ticket_error::used;
  if (used_.size() >= options_.max_used) return ticket_error::office_full;
  used_.insert(ticket);
  by_expiry_.emplace(expires, ticket);
  return {};
}

UPLOADPROTO_DECL std::size_t ticket_office::digest_hash::operator()(digest const& d) const noexcept {
  std::size_t part;
  std::memcpy(&part, d.data(), sizeof part);
  return part;
}

}  // namespace uploadproto::session

#endif
