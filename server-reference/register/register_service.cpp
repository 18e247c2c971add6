// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "register/register_service.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <stdexcept>

namespace uploadproto::reference {
namespace {

namespace json = boost::json;

constexpr std::string_view lookup_path = "/api/Voters/IDNumber/";
constexpr std::string_view bearer = "Bearer ";
constexpr std::size_t max_form = 4096;
constexpr std::size_t max_tokens = 1024;  // the oldest go first: the service holds nothing that grows

register_service::answer problem(unsigned status, std::string_view code, std::string_view sentence) {
  return {status, json::serialize(json::value{{"error", code}, {"error_description", sentence}}), {}};
}

std::optional<std::string> decoded(std::string_view text) {
  auto const digit = [](char c) -> int {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out.push_back(' ');
    } else if (text[i] != '%') {
      out.push_back(text[i]);
    } else {
      if (text.size() - i < 3) return std::nullopt;
      int const high = digit(text[i + 1]), low = digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    }
  }
  return out;
}

/** The value of a form's member; empty where it is missing, malformed or stands twice. */
std::optional<std::string> form_value(std::string_view form, std::string_view name) {
  std::optional<std::string> found;
  while (!form.empty()) {
    auto const end = std::min(form.find('&'), form.size());
    auto const pair = form.substr(0, end);
    form.remove_prefix(std::min(end + 1, form.size()));
    auto const equals = std::min(pair.find('='), pair.size());
    if (pair.substr(0, equals) != name) continue;
    if (found) return std::nullopt;
    found = decoded(pair.substr(std::min(equals + 1, pair.size())));
    if (!found) return std::nullopt;
  }
  return found;
}

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string random_token() {
  std::array<unsigned char, 24> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    throw std::runtime_error("no random bytes for a token");
  std::string text;
  for (auto const byte : bytes) {
    text.push_back("0123456789abcdef"[byte >> 4]);
    text.push_back("0123456789abcdef"[byte & 15]);
  }
  return text;
}

}  // namespace

register_service::register_service(std::shared_ptr<voters_roll const> roll, credentials expected,
                                   std::chrono::seconds token_lifetime)
    : roll_(std::move(roll)), expected_(std::move(expected)), lifetime_(token_lifetime) {}

register_service::answer register_service::handle(std::string_view method, std::string_view target,
                                                  std::string_view authorization, std::string_view body,
                                                  time_point now) {
  auto const path = target.substr(0, target.find('?'));
  if (path == "/token") {
    if (method == "POST") return issue_token(body, now);
    auto refusal = problem(405, "invalid_request", "The token is asked for by POST");
    refusal.allow = "POST";
    return refusal;
  }
  if (!path.starts_with(lookup_path)) return problem(404, "not_found", "There is no such resource");
  if (method != "GET") {
    auto refusal = problem(405, "invalid_request", "Voters are looked up by GET");
    refusal.allow = "GET";
    return refusal;
  }
  if (!admits(authorization, now)) return problem(401, "invalid_token", "A valid bearer token is required");
  return look_up(path.substr(lookup_path.size()));
}

register_service::answer register_service::issue_token(std::string_view form, time_point now) {
  if (form.size() > max_form) return problem(400, "invalid_request", "The form is too large");
  if (form_value(form, "grant_type") != "password")
    return problem(400, "unsupported_grant_type", "The grant_type is to be password");
  auto const user = form_value(form, "username"), password = form_value(form, "password");
  bool const right =
      user && password &&
      (expected_.user.empty() || (same(*user, expected_.user) && same(*password, expected_.password)));
  if (!right) return problem(400, "invalid_grant", "The user name or the password is wrong");
  auto token = random_token();
  json::value const reply{
      {"access_token", token}, {"token_type", "bearer"}, {"expires_in", lifetime_.count()}};
  std::lock_guard lock(mutex_);
  tokens_.emplace_back(std::move(token), now + lifetime_);
  if (tokens_.size() > max_tokens) tokens_.pop_front();
  return {200, json::serialize(reply), {}};
}

bool register_service::admits(std::string_view authorization, time_point now) {
  if (!authorization.starts_with(bearer)) return false;
  authorization.remove_prefix(bearer.size());
  std::lock_guard lock(mutex_);
  return std::any_of(tokens_.begin(), tokens_.end(), [&](auto const& known) {
    return same(known.first, authorization) && now < known.second;
  });
}

register_service::answer register_service::look_up(std::string_view digits) const {
  auto const id = id_key_of(digits);
  if (!id) return problem(400, "invalid_request", "An ID number has 13 digits");
  auto const voter = roll_->find(*id);
  if (!voter) return problem(404, "not_found", "The register does not know this ID number");
  auto const text_or_null = [](std::string_view text) {
    return text.empty() ? json::value() : json::value(text);
  };
  json::value station;
  if (!voter->ward_id.empty() || !voter->vd_number.empty())
    station = json::value{
        {"Delimitation",
         {{"WardID", text_or_null(voter->ward_id)}, {"VDNumber", text_or_null(voter->vd_number)}}}};
  return {200,
          json::serialize(json::value{{"Id", digits},
                                      {"bRegistered", voter->registered},
                                      {"VoterStatus", voter->voter_status},
                                      {"VotingStation", station}}),
          {}};
}

}  // namespace uploadproto::reference
