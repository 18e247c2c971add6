// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_DISPLAY_DISPLAY_TEXT_HPP
#define UPLOADPROTO_CLI_DISPLAY_DISPLAY_TEXT_HPP

/** @file
    Text on a terminal: what is safe to print and how many columns it takes. Locale-independent; UTF-8 in and
   out. */
#include <cstddef>
#include <string>
#include <string_view>

namespace uploadproto::cli {

/** One line of text that cannot move the cursor, change colours or reorder what stands beside it: line breaks
    and tabs become spaces, other control and direction characters go, bytes that are no UTF-8 become U+FFFD.
 */
std::string printable(std::string_view text);

/** The columns that printable text takes: 2 for East Asian wide characters and emoji, 0 for combining marks.
 */
std::size_t columns(std::string_view text);

/** Exactly `width` columns: cut with an ellipsis (`.` where Unicode is off), or filled with spaces. */
std::string fit(std::string_view text, std::size_t width, bool unicode = true);

/** At most `width` columns: cut, not filled. */
std::string shorten(std::string_view text, std::size_t width, bool unicode = true);

}  // namespace uploadproto::cli

#endif
