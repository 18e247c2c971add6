// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "app/web_app.hpp"

#include <boost/json/array.hpp>
#include <filesystem>

#include "http/dev_login_routes.hpp"
#include "http/page_routes.hpp"
#include "http/site_settings.hpp"
#include "scenarios/scenario.hpp"
#include "web/host_name.hpp"

namespace uploadproto::reference {
namespace {

/** Whether the page can be reached from this machine alone. */
bool listens_here_alone(settings const& s) {
  auto const given = s.listen.find("web");
  return given == s.listen.end() || is_this_machine(given->second.host);
}

boost::json::object description_of(std::string const& name, scenario const& script) {
  return {{"name", name},
          {"protocol", script.protocol},
          {"description", script.description},
          {"job_id", script.job_id}};
}

class web_app final : public site_app {
 public:
  explicit web_app(app_parts const& parts) : settings_(parts.configuration), urls_(parts.urls) {
    urls_.erase("register");  // of servers, not of pages
    site_.name = "web";
    site_.limits = http::limits_from(settings_.http);
    if (!has_key_file(settings_.tokens)) std::filesystem::create_directories(settings_.data_directory);
  }

  http::site const& site() const override { return site_; }

  bool takes_tokens() const override { return true; }
  void let_in(token_keys const& keys) override {
    auto const mode = settings_.web.dev_login;
    bool const wanted =
        mode == dev_login::on || (mode == dev_login::loopback && listens_here_alone(settings_));
    if (mode == dev_login::on && !keys.signing)
      throw invalid_setting(
          "web.dev_login: on needs a secret that signs tokens (jwt.secret_file), not a public key");
    signs_in_ = wanted && keys.signing;
    if (signs_in_)
      http::add_dev_login_routes(site_.routes, {.signing = *keys.signing,
                                                .issuer = settings_.tokens.issuer,
                                                .audience = settings_.tokens.audience,
                                                .this_machine_only = mode == dev_login::loopback});
  }

  void start() override { http::add_page_routes(site_.routes, {urls_, description()}); }

 private:
  boost::json::object description() const {
    boost::json::object urls;
    for (auto const& [name, url] : urls_) urls[name] = url;
    boost::json::object out{{"urls", std::move(urls)}, {"dev_login", signs_in_}};
    if (settings_.scenario.empty()) return out;
    out["scenario"] = description_of(settings_.scenario, read_scenario(settings_.scenario));
    boost::json::array shipped;
    for (auto const& [name, text] : shipped_scenarios())
      shipped.push_back(description_of(std::string{name}, parse_scenario(text, std::string{name})));
    out["scenarios"] = std::move(shipped);
    return out;
  }

  settings const& settings_;
  std::map<std::string, std::string> urls_;
  bool signs_in_ = false;
  http::site site_;
};

}  // namespace

std::unique_ptr<site_app> make_web_app(app_parts const& parts) {
  return std::make_unique<web_app>(parts);
}

}  // namespace uploadproto::reference
