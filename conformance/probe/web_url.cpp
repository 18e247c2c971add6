// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "probe/web_url.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <boost/url/url_view.hpp>
#include <stdexcept>

namespace uploadproto::conformance {

std::string web_url::authority() const {
  bool const v6 = host.find(':') != host.npos;
  return (v6 ? '[' + host + ']' : host) + ':' + port;
}

web_url read_url(std::string_view text) {
  auto const parsed = boost::urls::parse_uri(text);
  if (!parsed || parsed->host().empty())
    throw std::invalid_argument('"' + std::string(text) + "\" is no URL with a scheme and a host");
  std::string_view const scheme = parsed->scheme();
  bool const tls = scheme == "https" || scheme == "wss";
  if (!tls && scheme != "http" && scheme != "ws")
    throw std::invalid_argument('"' + std::string(text) + "\": expected http, https, ws or wss");
  web_url out{.tls = tls, .host = std::string(parsed->host_address()), .port = std::string(parsed->port())};
  if (out.port.empty()) out.port = tls ? "443" : "80";
  out.target = std::string(parsed->encoded_path());
  if (out.target.empty()) out.target = "/";
  if (parsed->has_query()) out.target += '?' + std::string(parsed->encoded_query());
  return out;
}

std::string joined(std::string_view base, std::string_view path) {
  if (path.find("://") != path.npos) return std::string(path);
  while (base.ends_with('/')) base.remove_suffix(1);
  return std::string(base) + (path.starts_with('/') ? "" : "/") + std::string(path);
}

std::string query_value(std::string_view text) {
  return boost::urls::encode(text, boost::urls::unreserved_chars);
}

}  // namespace uploadproto::conformance
