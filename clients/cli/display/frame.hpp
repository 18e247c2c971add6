// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_DISPLAY_FRAME_HPP
#define UPLOADPROTO_CLI_DISPLAY_FRAME_HPP

/** @file
    What the bars look like, as a function from a picture to lines of text: no terminal, no clock, no state.
 */
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace uploadproto::cli {

/** What a terminal can do. */
struct frame_style {
  std::size_t width = 80;   ///< columns
  std::size_t height = 24;  ///< rows
  bool colour = true;
  bool unicode = true;
};

/** One bar: the upload, or a stage. */
struct bar_row {
  enum class state : unsigned char { waiting, running, done, failed };

  std::string name;
  state now = state::waiting;
  double fraction = 0;  ///< 0 to 1
  std::string message;  ///< beside the bar
  std::chrono::milliseconds took{0};
};

/** All that is shown at a moment. */
struct picture {
  std::string title;
  std::vector<bar_row> rows;
  double progress = 0;  ///< percent, of the whole job
  std::chrono::milliseconds elapsed{0};
  std::string notice;  ///< about the connection; empty: all is well
};

/** The lines of a picture, each at most `width - 1` columns, at most `height - 1` lines.

    A bar a row where there is room; else one line for the job. */
std::vector<std::string> draw(picture const&, frame_style const&);

/** A bar of exactly `width` columns, in eighths of a column where Unicode is on. @param fraction 0 to 1 */
std::string draw_bar(double fraction, std::size_t width, bool unicode);

/** The columns of a line with its colours taken out. */
std::size_t visible_columns(std::string_view line);

}  // namespace uploadproto::cli

#endif
