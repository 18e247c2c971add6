// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_BEARER_AUTH_HPP
#define UPLOADPROTO_REFERENCE_HTTP_BEARER_AUTH_HPP

#include <boost/beast/http/fields.hpp>
#include <memory>
#include <string>
#include <uploadproto/wire/jwt.hpp>

#include "http/reply.hpp"

namespace uploadproto::reference::http {

/** `Authorization: Bearer` (RFC 6750 2.1), with the verifier that the socket uses (BU-A5). */
class bearer_auth {
 public:
  explicit bearer_auth(std::shared_ptr<wire::jwt::verifier const> verifier)
      : verifier_(std::move(verifier)) {}

  struct outcome {
    std::string user;             ///< empty where refused
    std::string_view refusal;     ///< what the caller is told (BU-A3: no more than that)
    uploadproto::error_code why;  ///< for the log; its message never holds the token (JW-6)
  };
  outcome check(boost::beast::http::fields const& headers) const;

  /** 401 with `WWW-Authenticate`. */
  static reply refuse(outcome const& refused);

 private:
  std::shared_ptr<wire::jwt::verifier const> verifier_;
};

}  // namespace uploadproto::reference::http

#endif
