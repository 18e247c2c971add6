// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_CLIENT_REQUESTS_HPP
#define UPLOADPROTO_NET_CLIENT_REQUESTS_HPP

#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/net/client_options.hpp>
#include <uploadproto/net/client_url.hpp>
#include <uploadproto/result.hpp>
#include <uploadproto/session/cookie_jar.hpp>
#include <vector>

namespace uploadproto::net {

/** What the HTTP requests of a client say: target, headers, cookies. WIRE 1.10. */
class client_requests {
 public:
  /** Nothing of the options is kept but what goes into requests; `error` tells whether that was possible. */
  explicit client_requests(client_options const& options);

  /** `client_error::bad_url` for options that cannot go into a request. */
  [[nodiscard]] error_code error() const { return error_; }
  [[nodiscard]] client_url const& url() const { return url_; }

  /** Path and query. @param sid of the engine's session; empty for a handshake. */
  [[nodiscard]] std::string target(client_transport transport, std::string_view sid) const;
  /** The complete header lines that every request carries, each with its CR LF. */
  [[nodiscard]] std::string headers();
  /** A polling request up to where its last header would follow. */
  [[nodiscard]] std::string head(std::string_view method, std::string_view sid);

  /** What an answer's `Set-Cookie` fields said; without effect unless cookies are to be sent back. */
  void take_cookies(std::vector<std::string> const& fields);

 private:
  client_url url_;
  std::string path_and_query_;
  std::string header_lines_;
  std::string own_cookies_;  // of the caller's headers: there is only one field for all
  session::cookie_jar jar_;
  bool keeps_cookies_ = false;
  error_code error_;
};

}  // namespace uploadproto::net

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/net/impl/client_requests.ipp>
#endif

#endif
