// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_SMALL_BODY_HPP
#define UPLOADPROTO_REFERENCE_HTTP_SMALL_BODY_HPP

#include <string>
#include <vector>

#include "http/reply.hpp"
#include "http/request.hpp"

namespace uploadproto::reference::http {

/** All of a body that is at most that large. @throws http_error 413 for a larger one; as body_reader::read */
inline awaitable<std::string> read_small_body(request& from, std::size_t max_bytes) {
  std::vector<char> buffer(max_bytes + 1);
  auto const size = co_await from.body.read(buffer);
  if (size > max_bytes)
    throw http_error(status::payload_too_large, "body_too_large",
                     "The body is larger than " + std::to_string(max_bytes) + " bytes");
  co_return std::string{buffer.data(), size};
}

}  // namespace uploadproto::reference::http

#endif
