// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_IMPL_CLIENT_PROXY_IPP
#define UPLOADPROTO_NET_IMPL_CLIENT_PROXY_IPP

#include <uploadproto/net/client_proxy.hpp>

#include <algorithm>
#include <uploadproto/session/client_error.hpp>
#include <uploadproto/wire/base64.hpp>

namespace uploadproto::net {

UPLOADPROTO_DECL result<std::string> proxy_request(client_proxy const& proxy, std::string_view host,
                                                   std::string_view port) {
  auto const is_control = [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; };
  std::string const credentials = proxy.user + ':' + proxy.password;
  if (proxy.user.find(':') != std::string::npos ||
      std::any_of(credentials.begin(), credentials.end(), is_control)) {
    return make_error_code(session::client_error::bad_url);
  }
  bool const bracketed = host.find(':') != std::string_view::npos;
  std::string target;
  if (bracketed) target += '[';
  target += host;
  if (bracketed) target += ']';
  target += ':';
  target += port;
  std::string out = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n";
  if (!proxy.user.empty()) {
    out += "Proxy-Authorization: Basic " + wire::encode_base64(credentials) + "\r\n";
  }
  return out + "\r\n";
}

UPLOADPROTO_DECL std::optional<error_code> read_proxy_answer(std::string_view bytes) {
  using session::client_error;
  constexpr std::size_t longest = 16 * 1024;
  constexpr std::string_view version = "HTTP/1.";
  auto const known = std::min(bytes.size(), version.size());
  if (bytes.substr(0, known) != version.substr(0, known)) return client_error::bad_http_answer;
  auto const end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    return bytes.size() < longest ? std::nullopt : std::optional<error_code>(client_error::bad_http_answer);
  }
  // "HTTP/1.x NNN": the minor version, a space, the status.
  auto const is_digit = [](char c) { return c >= '0' && c <= '9'; };
  auto const status = bytes.substr(version.size(), 5);
  if (end < version.size() + 5 || !is_digit(status[0]) || status[1] != ' ' ||
      !std::all_of(status.begin() + 2, status.end(), is_digit)) {
    return client_error::bad_http_answer;
  }
  if (status[2] != '2') return client_error::proxy_refused;
  return bytes.size() == end + 4 ? error_code() : error_code(client_error::bad_http_answer);
}

}  // namespace uploadproto::net

#endif
