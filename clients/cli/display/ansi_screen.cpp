// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/display/ansi_screen.hpp"

#include <algorithm>

#include "cli/display/frame.hpp"

namespace uploadproto::cli {

std::string ansi_screen::to_top(std::size_t width) {
  std::size_t rows = 0;
  for (std::size_t columns : painted_)
    rows += std::max<std::size_t>(1, width == 0 ? 1 : (columns + width - 1) / width);
  std::string out = "\r";
  if (rows > 1) out += "\x1b[" + std::to_string(rows - 1) + "A";  // the cursor is at the end of the last line
  return painted_.empty() ? std::string() : out;
}

std::string ansi_screen::paint(std::vector<std::string> const& lines, std::size_t width) {
  std::string out;
  if (!cursor_hidden_) out += "\x1b[?25l";
  cursor_hidden_ = true;
  out += to_top(width);
  painted_.clear();
  for (std::string const& line : lines) {
    if (!painted_.empty()) out += '\n';
    out += line;
    out += "\x1b[K";
    painted_.push_back(visible_columns(line));
  }
  return out += "\x1b[J";
}

std::string ansi_screen::finish() {
  std::string out = painted_.empty() ? "" : "\n";
  painted_.clear();
  if (cursor_hidden_) out += "\x1b[?25h";
  cursor_hidden_ = false;
  return out;
}

}  // namespace uploadproto::cli
