// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "http/dev_login_routes.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <chrono>
#include <memory>
#include <utility>

#include "http/small_body.hpp"
#include "web/host_name.hpp"

namespace uploadproto::reference::http {
namespace {

constexpr std::size_t max_body = 1024, max_user_bytes = 64;
constexpr std::chrono::seconds lifetime{3600};

std::string_view header(request const& r, std::string_view name) {
  auto const value = r.headers[{name.data(), name.size()}];
  return {value.data(), value.size()};
}

[[noreturn]] void forbid(std::string const& why) {
  throw http_error(status::forbidden, "not_here", why);
}

void check_asker(request const& r, bool this_machine_only) {
  auto const host = header(r, "Host"), origin = header(r, "Origin"), site = header(r, "Sec-Fetch-Site");
  if (!origin.empty() && origin != "http://" + std::string{host} && origin != "https://" + std::string{host})
    forbid("Pages of other origins cannot sign in here");
  if (!site.empty() && site != "same-origin" && site != "none")
    forbid("Pages of other origins cannot sign in here");
  if (!this_machine_only) return;
  auto const name = host_name(host);
  if (!name || !is_this_machine(*name))
    forbid("Development users sign in on this machine alone, by its name localhost or address");
  for (std::string_view const trace :
       {"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"})
    if (!header(r, trace).empty()) forbid("Development users do not sign in through a proxy");
}

std::string user_of(std::string_view body) {
  boost::system::error_code ec;
  auto const document = boost::json::parse(boost::json::string_view{body.data(), body.size()}, ec);
  auto const* const object = ec ? nullptr : document.if_object();
  auto const* const user = object ? object->if_contains("user") : nullptr;
  auto const* const name = user ? user->if_string() : nullptr;
  auto const printable = [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F; };
  if (!name || name->empty() || name->size() > max_user_bytes ||
      !std::all_of(name->begin(), name->end(), printable))
    throw http_error(status::bad_request, "invalid_user",
                     "Expected {\"user\": a name of 1 to 64 bytes without control characters}");
  return {name->data(), name->size()};
}

std::string token_for(dev_login_options const& options, std::string const& user) {
  auto const now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
  boost::json::object claims{{"sub", user}, {"iat", now.count()}, {"exp", (now + lifetime).count()}};
  if (!options.issuer.empty()) claims["iss"] = options.issuer;
  if (!options.audience.empty()) claims["aud"] = options.audience;
  return wire::jwt::sign(options.signing, claims).value();
}

awaitable<reply> log_in(dev_login_options const& options, request& r) {
  check_asker(r, options.this_machine_only);
  auto const type = header(r, "Content-Type");
  if (type.substr(0, type.find(';')) != "application/json")
    throw http_error(status::unsupported_media_type, "not_json", "Expected application/json");
  auto const body = co_await read_small_body(r, max_body);
  auto const user = user_of(body);
  co_return json_reply(
      status::ok, boost::json::object{
                      {"token", token_for(options, user)}, {"user", user}, {"expires_in", lifetime.count()}});
}

}  // namespace

void add_dev_login_routes(router& to, dev_login_options options) {
  auto shared = std::make_shared<dev_login_options const>(std::move(options));
  to.add(verb::post, "/dev/login", access::open, [shared](request& r) { return log_in(*shared, r); });
}

}  // namespace uploadproto::reference::http
