// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_CONFIG_COMMAND_LINE_HPP
#define UPLOADPROTO_REFERENCE_CONFIG_COMMAND_LINE_HPP

#include <string>
#include <variant>

#include "config/settings.hpp"

namespace uploadproto::reference {

/** Text to print on stdout before leaving with exit code 0: help or version. */
struct information {
  std::string text;
};

/** Reads the command line over the file that it names over the defaults.
    @throws invalid_setting */
std::variant<settings, information> read_command_line(int argc, char const* const* argv);

}  // namespace uploadproto::reference

#endif
