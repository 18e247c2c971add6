// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/server_url.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <charconv>
#include <cstdint>

namespace uploadproto::cli {

std::string server_url::authority() const {
  bool const ipv6 = host.find(':') != std::string::npos;
  return (ipv6 ? "[" + host + "]" : host) + ":" + port;
}

std::string server_url::text() const {
  return (tls ? "https://" : "http://") + authority();
}

std::optional<server_url> parse_server_url(std::string_view text) {
  std::string const whole =
      text.find("://") == std::string_view::npos ? "http://" + std::string(text) : std::string(text);
  auto const parsed = boost::urls::parse_uri(whole);
  if (!parsed) return std::nullopt;
  std::string scheme(parsed->scheme());
  for (char& c : scheme) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (parsed->encoded_path() != "" && parsed->encoded_path() != "/") return std::nullopt;
  server_url url;
  url.tls = scheme == "https" || scheme == "wss";
  if (!url.tls && scheme != "http" && scheme != "ws") return std::nullopt;
  if (parsed->has_userinfo() || parsed->has_query() || parsed->has_fragment()) return std::nullopt;
  url.host = parsed->host_address();
  if (url.host.empty()) return std::nullopt;
  if (parsed->has_port() && !parsed->port().empty()) {
    std::string_view const digits(parsed->port().data(), parsed->port().size());
    std::uint16_t number = 0;
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size() || number == 0) return std::nullopt;
    url.port = std::to_string(number);
  } else {
    url.port = url.tls ? "443" : "80";
  }
  return url;
}

}  // namespace uploadproto::cli
