// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_PART_HEADER_HPP
#define UPLOADPROTO_REFERENCE_HTTP_PART_HEADER_HPP

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/multipart_parser.hpp"

namespace uploadproto::reference::http {

/** A header value with parameters: `text; name=value; name="value"` (RFC 9110 5.6.6). */
struct header_value {
  std::string text;
  std::vector<std::pair<std::string, std::string>> parameters;  ///< names in lower case, values unquoted

  /** The first of that name (lower case). */
  std::optional<std::string> parameter(std::string_view name) const;
};

/** Nothing where the syntax is wrong or a parameter stands twice.

    Inside quotes a backslash escapes only a quote or a backslash: browsers of old send `C:\dir\file`. */
std::optional<header_value> parse_header_value(std::string_view value);

/** ASCII only. */
std::string lower_case(std::string_view text);

/** RFC 8187 `UTF-8''…` or `ISO-8859-1''…`, percent-decoded to UTF-8; nothing where it is neither. */
std::optional<std::string> decode_extended_value(std::string_view value);

/** The headers of one part, or the sentence that says what is wrong with them. */
struct parsed_part_headers {
  part_headers headers;
  std::string failure;
};

/** @param block Lines ended by CR LF, and an empty one. */
parsed_part_headers parse_part_headers(std::string_view block);

}  // namespace uploadproto::reference::http

#endif
