// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "app/register_source.hpp"

#include <exception>
#include <utility>

#include "app/token_keys.hpp"
#include "register/embedded_register.hpp"
#include "register/http_register.hpp"

namespace uploadproto::reference {
namespace {

std::shared_ptr<register_lookup> over_http(register_settings const& s) {
  http_register_options options;
  options.url = s.url;
  options.user = s.user;
  if (!s.password_file.empty()) options.password = read_secret_file(s.password_file);
  options.parallelism = s.parallelism;
  options.connect_timeout = s.timeout;
  options.request_timeout = s.timeout;
  options.retries = s.retries;
  options.hourly_limit = s.hourly_limit;
  options.wait_at_limit = s.at_limit == at_limit::wait;
  options.ca_file = s.ca_file;
  try {
    return std::make_shared<http_register>(std::move(options));
  } catch (std::exception const& e) {
    throw invalid_setting(std::string{"register: "} + e.what());
  }
}

}  // namespace

std::shared_ptr<voters_roll const> load_roll(register_settings const& s) {
  try {
    return std::make_shared<voters_roll const>(s.data_file.empty() ? voters_roll::shipped()
                                                                   : voters_roll::read_file(s.data_file));
  } catch (std::exception const& e) {
    throw invalid_setting(e.what());
  }
}

std::shared_ptr<register_lookup> make_register_lookup(register_settings const& s) {
  if (!s.url.empty()) return over_http(s);
  return std::make_shared<embedded_register>(load_roll(s));
}

}  // namespace uploadproto::reference
