// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_JSON_HPP
#define UPLOADPROTO_WIRE_JSON_HPP

/** @file
    JSON as JavaScript peers read and write it (`JSON.parse`, `JSON.stringify`), on Boost.JSON's values.
*/
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/result.hpp>
#include <uploadproto/wire/error.hpp>

namespace uploadproto::wire {

/** Reads one JSON text (RFC 8259) in UTF-8, with nothing but white space around it.

    - Integers within int64 or uint64 are exact; other numbers are the nearest double. A number that is not
      finite as a double (`1e400`) is refused: JSON could not write it back.
    - A lone surrogate escape (`"\ud800"`) becomes U+FFFD, as it would on JavaScript's way to UTF-8.
    - Of members with the same name the last wins.

    @param max_depth how deep arrays and objects may be nested: 1 allows `[]`, not `[[]]`.
    @return the value, or `error::json_syntax`, `json_too_deep`, `json_number_range`, `invalid_utf8`.
*/
UPLOADPROTO_DECL result<boost::json::value> parse_json(std::string_view text, std::size_t max_depth = 64);

/** Appends a value as `JSON.stringify` would: no white space, numbers in JavaScript's notation (integers with
    all their digits, the shortest form of a double, `-0` as `0`), `null` for what is not finite. */
UPLOADPROTO_DECL void append_json(std::string& out, boost::json::value const& value);

/** Appends a string with its quotes, escaped as JavaScript does: only what must be. Bytes that are not UTF-8
    become U+FFFD each, since a peer would drop the connection over them. */
UPLOADPROTO_DECL void append_json_string(std::string& out, std::string_view utf8);

/** Appends a number in JavaScript's notation; `null` when it is not finite. */
UPLOADPROTO_DECL void append_json_number(std::string& out, double number);
UPLOADPROTO_DECL void append_json_number(std::string& out, std::int64_t number);
UPLOADPROTO_DECL void append_json_number(std::string& out, std::uint64_t number);

}  // namespace uploadproto::wire

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/wire/impl/json.ipp>
#endif
#endif
