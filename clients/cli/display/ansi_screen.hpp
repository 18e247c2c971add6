// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_DISPLAY_ANSI_SCREEN_HPP
#define UPLOADPROTO_CLI_DISPLAY_ANSI_SCREEN_HPP

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace uploadproto::cli {

/** Some lines at the bottom of a terminal that are painted over again and again.

    Returns the bytes to be written and writes nothing itself. A terminal that became narrower has wrapped the
    old lines; the screen counts that in, so that nothing is left behind. */
class ansi_screen {
 public:
  /** @param lines at most `width - 1` visible columns each @param width of the terminal now */
  std::string paint(std::vector<std::string> const& lines, std::size_t width);

  /** Leaves what was painted where it is and gives the cursor back, on the line below. */
  std::string finish();

 private:
  std::string to_top(std::size_t width);

  std::vector<std::size_t> painted_;  // visible columns of each line
  bool cursor_hidden_ = false;
};

}  // namespace uploadproto::cli

#endif
