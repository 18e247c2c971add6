// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_JSON_TEXT_HPP
#define UPLOADPROTO_CONTRACT_JSON_TEXT_HPP

/** @file
    JSON text written straight into a string, as JavaScript's `JSON.stringify` writes it.

    All output is valid JSON and valid UTF-8 whatever the input: what cannot be said (NaN, infinities) becomes
    `null`, bytes that are no UTF-8 become U+FFFD. Control characters are escaped, so the text never contains
    a raw 0x1E. */
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>

namespace uploadproto::contract {

/** Appends `text` quoted and escaped. */
UPLOADPROTO_DECL void append_json_string(std::string& out, std::string_view text);

/** Appends a number as JavaScript prints it: `50`, `33.5`, `1e+21`; -0 is `0`. */
UPLOADPROTO_DECL void append_number(std::string& out, double value);
UPLOADPROTO_DECL void append_number(std::string& out, std::int64_t value);
UPLOADPROTO_DECL void append_number(std::string& out, std::uint64_t value);

/** Appends any JSON value, object members in their order. */
UPLOADPROTO_DECL void append_json_value(std::string& out, boost::json::value const& value);

/** The code points of a text. @return npos when it is not UTF-8 (RFC 3629) */
UPLOADPROTO_DECL std::size_t count_code_points(std::string_view text) noexcept;

}  // namespace uploadproto::contract

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/contract/impl/json_text.ipp>
#endif

#endif
