// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_COMMAND_TEXT_FILE_HPP
#define UPLOADPROTO_CONFORMANCE_COMMAND_TEXT_FILE_HPP

#include <string>

namespace uploadproto::conformance {

/** All of a file. @throws bad_call */
std::string text_of(std::string const& file);

/** Writes a file; `-` is stdout. @throws bad_call */
void write_to(std::string const& file, std::string const& text);

}  // namespace uploadproto::conformance

#endif
