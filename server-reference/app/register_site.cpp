// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "app/register_site.hpp"

#include <memory>
#include <string>

#include "app/register_source.hpp"
#include "app/token_keys.hpp"
#include "http/site_settings.hpp"
#include "http/small_body.hpp"
#include "register/register_service.hpp"

namespace uploadproto::reference {
namespace {

constexpr std::size_t max_body = 4096;

http::awaitable<http::reply> ask(register_service& voters, http::request& r) {
  auto const body = co_await http::read_small_body(r, max_body);
  auto const target = r.query.empty() ? r.path : r.path + '?' + r.query;
  auto const authorization = r.headers[http::field::authorization];
  auto const method = http::beast::http::to_string(r.method);
  auto answer = voters.handle({method.data(), method.size()}, target,
                              {authorization.data(), authorization.size()}, body);
  http::reply reply;
  reply.code = static_cast<http::status>(answer.status);
  reply.headers.set(http::field::content_type, "application/json; charset=utf-8");
  if (!answer.allow.empty()) reply.headers.set(http::field::allow, answer.allow);
  reply.body = std::move(answer.body);
  co_return reply;
}

class register_app final : public site_app {
 public:
  explicit register_app(settings const& s) {
    register_service::credentials expected{s.voters.user, {}};
    if (!s.voters.password_file.empty()) expected.password = read_secret_file(s.voters.password_file);
    auto voters = std::make_shared<register_service>(load_roll(s.voters), std::move(expected));
    site_.name = "register";
    site_.limits = http::limits_from(s.http);
    site_.routes.set_fallback([voters](http::request& r) { return ask(*voters, r); });
  }

  http::site const& site() const override { return site_; }

 private:
  http::site site_;
};

}  // namespace

std::unique_ptr<site_app> make_register_app(app_parts const& parts) {
  return std::make_unique<register_app>(parts.configuration);
}

}  // namespace uploadproto::reference
