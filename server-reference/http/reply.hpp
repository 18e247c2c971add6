// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_REPLY_HPP
#define UPLOADPROTO_REFERENCE_HTTP_REPLY_HPP

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/json/value.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace uploadproto::reference::http {

using status = boost::beast::http::status;
using field = boost::beast::http::field;

/** The answer to a request. The connection adds what every answer has: length, request id, `nosniff`, CORS.
 */
struct reply {
  status code = status::ok;
  boost::beast::http::fields headers;
  std::string body;
  /** Sent instead of `body`, streamed. */
  std::optional<std::filesystem::path> file;
  /** Lives until the answer has gone: the owner of a file that was made for it. */
  std::shared_ptr<void const> until_sent{};
  /** Of a refusal: a site whose errors look different writes its own body from it. */
  struct refusal {
    std::string code, message;
  };
  std::optional<refusal> why{};
};

/** A refusal that a handler throws: it becomes error_reply(). */
class http_error : public std::runtime_error {
 public:
  /** @param what_is_wrong A sentence for the caller; never a token or a path of this machine (JW-6) */
  http_error(http::status s, std::string code, std::string const& what_is_wrong)
      : std::runtime_error(what_is_wrong), status_(s), code_(std::move(code)) {}

  http::status status() const noexcept { return status_; }
  std::string const& code() const noexcept { return code_; }

 private:
  http::status status_;
  std::string code_;
};

/** `{"success":true,"message":…,"data":…,"timestamp":…}` */
reply success_reply(http::status code, std::string_view message, boost::json::value data);

/** `{"success":false,"error":{"code":…,"message":…},"timestamp":…}` */
reply error_reply(http::status status_code, std::string_view code, std::string_view message);
reply error_reply(http_error const& error);

/** A JSON document as it is. */
reply json_reply(http::status code, boost::json::value const& document);

}  // namespace uploadproto::reference::http

#endif
