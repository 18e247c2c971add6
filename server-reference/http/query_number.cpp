// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "http/query_number.hpp"

#include <charconv>
#include <string>

#include "http/reply.hpp"

namespace uploadproto::reference::http {

std::uint64_t query_number(request const& r, std::string_view name, std::uint64_t otherwise) {
  auto const text = r.query_parameter(name);
  if (!text) return otherwise;
  std::uint64_t value = 0;
  auto const end = text->data() + text->size();
  auto const parsed = std::from_chars(text->data(), end, value);
  if (parsed.ec != std::errc{} || parsed.ptr != end || value == 0)
    throw http_error(status::bad_request, "invalid_parameter",
                     "The parameter \"" + std::string{name} + "\" must be a whole number from 1 on");
  return value;
}

}  // namespace uploadproto::reference::http
