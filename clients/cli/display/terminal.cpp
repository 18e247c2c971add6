// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/display/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "cli/display/bar_display.hpp"
#include "cli/display/bar_group.hpp"
#include "cli/display/line_group.hpp"
#include "cli/display/ndjson_display.hpp"
#include "cli/display/plain_display.hpp"

namespace uploadproto::cli {
namespace {

std::string_view environment(char const* name) {
  char const* value = std::getenv(name);
  return value ? value : "";
}

bool locale_is_utf8() {
  for (char const* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    std::string value(environment(name));
    if (value.empty()) continue;
    std::transform(value.begin(), value.end(), value.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return value.find("utf-8") != std::string::npos || value.find("utf8") != std::string::npos;
  }
  return false;
}

}  // namespace

bool stdout_is_terminal() {
  return ::isatty(STDOUT_FILENO) == 1 && environment("TERM") != "dumb" && !environment("TERM").empty();
}

frame_style terminal_style(bool allow_colour) {
  frame_style style;
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0) {
    style.width = size.ws_col;
    if (size.ws_row != 0) style.height = size.ws_row;
  }
  style.colour = allow_colour && environment("NO_COLOR").empty();
  style.unicode = locale_is_utf8();
  return style;
}

void write_stdout(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t const written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::unique_ptr<display> make_display(bool json, bool allow_colour, contract::stage_table stages,
                                      std::string const& file) {
  if (json) return std::make_unique<ndjson_display>(write_stdout, file);
  if (!stdout_is_terminal()) return std::make_unique<plain_display>(write_stdout);
  return std::make_unique<bar_display>(stages, write_stdout, [=] { return terminal_style(allow_colour); });
}

std::unique_ptr<group_display> make_group_display(bool json, bool allow_colour) {
  if (json) return std::make_unique<ndjson_group>(write_stdout);
  if (!stdout_is_terminal()) return std::make_unique<plain_group>(write_stdout);
  return std::make_unique<bar_group>(write_stdout, [=] { return terminal_style(allow_colour); });
}

std::unique_ptr<display> make_stream_display(bool json) {
  if (json) return std::make_unique<ndjson_display>(write_stdout);
  return std::make_unique<plain_display>(write_stdout, plain_display::events::all);
}

}  // namespace uploadproto::cli
