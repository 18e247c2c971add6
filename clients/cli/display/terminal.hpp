// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_DISPLAY_TERMINAL_HPP
#define UPLOADPROTO_CLI_DISPLAY_TERMINAL_HPP

#include <memory>
#include <uploadproto/contract/stages.hpp>

#include "cli/display/display.hpp"
#include "cli/display/frame.hpp"
#include "cli/display/group_display.hpp"

namespace uploadproto::cli {

/** Whether stdout is a terminal that understands cursor movements. */
bool stdout_is_terminal();

/** The size and the abilities of the terminal at this moment: `NO_COLOR`, the locale, the window. */
frame_style terminal_style(bool allow_colour);

/** Writes all of it to stdout; a reader that has gone is no error. */
void write_stdout(std::string_view bytes);

/** The display that fits: NDJSON when asked for, bars on a terminal, plain lines elsewhere.
    @param file what to call the file that is uploaded; empty: none is */
std::unique_ptr<display> make_display(bool json, bool allow_colour, contract::stage_table stages,
                                      std::string const& file);

/** The same for several files. */
std::unique_ptr<group_display> make_group_display(bool json, bool allow_colour);

/** The same for a stream of events, which has no bars. */
std::unique_ptr<display> make_stream_display(bool json);

}  // namespace uploadproto::cli

#endif
