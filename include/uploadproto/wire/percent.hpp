// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_PERCENT_HPP
#define UPLOADPROTO_WIRE_PERCENT_HPP

#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>

namespace uploadproto::wire {

/** The octet that the escape at the front of `text` stands for; nothing where it does not begin with a % and
   two hexadecimal digits. */
UPLOADPROTO_DECL std::optional<char> percent_escape(std::string_view text) noexcept;

/** Percent-decoding (RFC 3986 2.1); nothing where a % is not followed by two hexadecimal digits. A plus stays
    one. What it gives may be any bytes. Of a path, decode one segment after the other: a %2F divides none. */
UPLOADPROTO_DECL std::optional<std::string> percent_decode(std::string_view text);

}  // namespace uploadproto::wire

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/wire/impl/percent.ipp>
#endif

#endif
