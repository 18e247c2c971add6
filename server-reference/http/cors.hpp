// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_CORS_HPP
#define UPLOADPROTO_REFERENCE_HTTP_CORS_HPP

#include <boost/beast/http/fields.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace uploadproto::reference::http {

/** Which pages of other origins may read answers (WHATWG fetch). None by default: then no header is ever
 * added. */
class cors {
 public:
  cors() = default;
  /** @param origins as browsers send them, `https://app.example`; `*` for all */
  explicit cors(std::vector<std::string> origins) : origins_(std::move(origins)) {}

  /** Adds what the answer to this request needs. @param allowed methods, for a preflight; else empty */
  void apply(boost::beast::http::fields const& request, std::string_view allowed,
             boost::beast::http::fields& answer) const;

 private:
  bool allows(std::string_view origin) const;

  std::vector<std::string> origins_;
};

}  // namespace uploadproto::reference::http

#endif
