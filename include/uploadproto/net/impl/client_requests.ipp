// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_IMPL_CLIENT_REQUESTS_IPP
#define UPLOADPROTO_NET_IMPL_CLIENT_REQUESTS_IPP

#include <uploadproto/net/client_requests.hpp>
#include <uploadproto/net/websocket_client.hpp>

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <chrono>
#include <utility>

namespace uploadproto::net {
namespace detail {

/** Whether a header can be sent as it is: a token, and a value without line breaks (RFC 9110 5). */
inline bool is_header(std::string_view name, std::string_view value) {
  bool const token = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return c > ' ' && c < '\x7f' && std::string_view("()<>@,;:\\\"/[]?={}").find(c) == std::string_view::npos;
  });
  return token &&
         std::none_of(value.begin(), value.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

}  // namespace detail

UPLOADPROTO_DECL client_requests::client_requests(client_options const& options)
    : keeps_cookies_(options.with_credentials) {
  constexpr std::size_t longest_target = 8000;  // what the reference refuses to go beyond
  error_ = session::client_error::bad_url;
  auto parsed = parse_client_url(options.url);
  if (!parsed || options.path.empty() || options.path.front() != '/' || !is_url_text(options.path) ||
      options.path.find('?') != std::string::npos) {
    return;
  }
  url_ = std::move(*parsed);
  path_and_query_ = options.path + '?';
  if (!url_.query.empty()) path_and_query_ += url_.query + '&';
  for (auto const& [name, value] : options.query) {
    append_url_encoded(path_and_query_, name);
    path_and_query_ += '=';
    append_url_encoded(path_and_query_, value);
    path_and_query_ += '&';
  }
  if (path_and_query_.size() > longest_target) return;
  for (auto const& [name, value] : options.headers) {
    if (!detail::is_header(name, value)) return;
    if (boost::beast::iequals(name, "cookie")) {
      if (!own_cookies_.empty()) own_cookies_ += "; ";
      own_cookies_ += value;
    } else {
      header_lines_ += name + ": " + value + "\r\n";
    }
  }
  error_ = {};
}

UPLOADPROTO_DECL std::string client_requests::target(client_transport transport, std::string_view sid) const {
  auto out = path_and_query_ + "EIO=4&transport=";
  if (transport == client_transport::polling) {
    std::uint64_t stamp = 0;
    fill_random(&stamp, sizeof stamp);
    out += "polling&t=" + std::to_string(stamp);
  } else {
    out += "websocket";
  }
  if (!sid.empty()) {
    out += "&sid=";
    append_url_encoded(out, sid);
  }
  return out;
}

UPLOADPROTO_DECL std::string client_requests::headers() {
  auto const kept = jar_.header(std::chrono::system_clock::now());
  if (own_cookies_.empty() && kept.empty()) return header_lines_;
  auto const* between = own_cookies_.empty() || kept.empty() ? "" : "; ";
  return header_lines_ + "Cookie: " + own_cookies_ + between + kept + "\r\n";
}

UPLOADPROTO_DECL std::string client_requests::head(std::string_view method, std::string_view sid) {
  return std::string(method) + ' ' + target(client_transport::polling, sid) +
         " HTTP/1.1\r\nHost: " + url_.host_header + "\r\nAccept: */*\r\n" + headers();
}

UPLOADPROTO_DECL void client_requests::take_cookies(std::vector<std::string> const& fields) {
  if (!keeps_cookies_) return;
  for (auto const& field : fields) jar_.set(field, std::chrono::system_clock::now());
}

}  // namespace uploadproto::net

#endif
