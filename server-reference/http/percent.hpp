// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_PERCENT_HPP
#define UPLOADPROTO_REFERENCE_HTTP_PERCENT_HPP

#include <optional>
#include <string>
#include <string_view>

namespace uploadproto::reference::http {

/** Percent-decoding (RFC 3986 2.1); nothing where a % is not followed by two hexadecimal digits. A plus stays
 * one. */
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace uploadproto::reference::http

#endif
