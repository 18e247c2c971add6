// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_COMMAND_COMMAND_LINE_HPP
#define UPLOADPROTO_CONFORMANCE_COMMAND_COMMAND_LINE_HPP

namespace uploadproto::conformance {

/** What the program does. @return its exit code: 0 a success, 1 not, 2 a mistake in the call, 3 nothing was
    judged */
int run_command_line(int argc, char const* const* argv);

}  // namespace uploadproto::conformance

#endif
