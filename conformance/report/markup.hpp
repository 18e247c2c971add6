// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_REPORT_MARKUP_HPP
#define UPLOADPROTO_CONFORMANCE_REPORT_MARKUP_HPP

#include <string>
#include <string_view>

namespace uploadproto::conformance {

/** The text as UTF-8 of characters that XML 1.0 allows; what is none becomes U+FFFD. A server under test says
    what it likes, and reports must be readable all the same. */
std::string readable(std::string_view text);

/** `readable`, with `< > & " '` as character references: safe as text and as a quoted attribute in XML and
    HTML. */
std::string escaped(std::string_view text);

}  // namespace uploadproto::conformance

#endif
