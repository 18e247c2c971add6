// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_PROBE_HTTP_PROBE_HPP
#define UPLOADPROTO_CONFORMANCE_PROBE_HTTP_PROBE_HPP

#include <boost/json/value.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "probe/world.hpp"

namespace uploadproto::conformance {

using http_fields = std::vector<std::pair<std::string, std::string>>;

struct http_call {
  std::string method = "GET", url;
  http_fields headers{};
  std::string body{};
};

struct http_reply {
  bool done = false;
  std::string error;    ///< why there is no answer; empty when there is one
  unsigned status = 0;  ///< 0: no answer
  http_fields headers;
  std::string body;

  /** The value of the first header of this name, case ignored. */
  std::string_view header(std::string_view name) const noexcept;
  /** Null when the body is no JSON. */
  boost::json::value json() const;
  /** `status 404 with {"error":…}`, shortened, or why there is no answer. */
  std::string summary() const;
};

/** Begins a request on a connection of its own; `done` tells when it has ended. At most 64 MiB of an answer.
    @param who names the connection in the trace
    @param then is called at the end, from the loop */
std::shared_ptr<http_reply const> begin_request(world&, std::string who, http_call,
                                                std::function<void(http_reply const&)> then = {});

/** A file in a form. */
struct form_file {
  std::string field, file_name, media_type, bytes;
};

/** Fills in body and `Content-Type`: multipart/form-data (RFC 7578), the fields before the file. */
void set_form(http_call&, http_fields const& fields, form_file const&);

}  // namespace uploadproto::conformance

#endif
