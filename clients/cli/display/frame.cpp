// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/display/frame.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "cli/display/display_text.hpp"
#include "cli/duration.hpp"

namespace uploadproto::cli {
namespace {

constexpr std::string_view reset = "\x1b[0m", bold = "\x1b[1m", dim = "\x1b[2m", red = "\x1b[31m",
                           green = "\x1b[32m", yellow = "\x1b[33m";

/** One colour a row, in turn. */
constexpr std::array<std::string_view, 7> palette{"\x1b[36m", "\x1b[34m", "\x1b[35m", "\x1b[33m",
                                                  "\x1b[32m", "\x1b[96m", "\x1b[94m"};

constexpr std::size_t widest_bar = 30, narrowest_block = 56;

class painter {
 public:
  explicit painter(frame_style const& style)
      : style_(style), width_(style.width - std::min<std::size_t>(style.width, 1)) {}

  std::vector<std::string> block(picture const& p) const {
    std::vector<std::string> lines{coloured(bold, shorten(p.title, width_, style_.unicode))};
    std::size_t names = 0;
    for (bar_row const& row : p.rows) names = std::max(names, columns(row.name));
    for (std::size_t i = 0; i != p.rows.size(); ++i) lines.push_back(row_line(p.rows[i], i, names));
    lines.push_back(total_line(p));
    if (!p.notice.empty()) lines.push_back(notice_line(p.notice));
    return lines;
  }

  std::vector<std::string> one_line(picture const& p) const {
    if (!p.notice.empty()) return {notice_line(p.notice)};
    std::string const percent = percent_text(p.progress);
    if (width_ < 20) return {shorten(percent, width_, style_.unicode)};
    bar_row const* current = nullptr;
    std::size_t colour = 0;
    for (std::size_t i = 0; i != p.rows.size(); ++i)
      if (p.rows[i].now != bar_row::state::waiting) current = &p.rows[i], colour = i;
    std::size_t const bar = std::min<std::size_t>(widest_bar, width_ / 3);
    std::string text = percent + " ";
    std::string const drawn = draw_bar(p.progress / 100, bar, style_.unicode);
    std::string rest;
    if (current) rest = " " + current->name + (current->message.empty() ? "" : ": " + current->message);
    std::size_t const left = width_ - columns(text) - bar;
    return {text + (current ? coloured(colour_of(*current, colour), drawn) : drawn) +
            shorten(rest, left, style_.unicode)};
  }

 private:
  std::string row_line(bar_row const& row, std::size_t index, std::size_t names) const {
    std::string const time = row.now == bar_row::state::waiting ? "" : format_duration(row.took);
    std::size_t const name_width = std::min(names, width_ / 3);
    std::size_t const bar = std::min(widest_bar, style_.width / 4);
    std::size_t const fixed = 4 + name_width + 2 + bar + 2 + 10;  // mark, name, bar, time
    std::size_t const message = width_ - std::min(width_, fixed);
    std::string line = "  " + mark(row) + " ";
    std::string const name = fit(row.name, name_width, style_.unicode);
    line += row.now == bar_row::state::waiting ? coloured(dim, name) : name;
    line += "  " + coloured(colour_of(row, index), draw_bar(shown_fraction(row), bar, style_.unicode));
    line += "  " + fit(row.message, message, style_.unicode);
    return line + coloured(dim, right(time, 10));
  }

  std::string total_line(picture const& p) const {
    std::string const text = "  " + percent_text(p.progress) + "  " + format_duration(p.elapsed);
    return coloured(bold, shorten(text, width_, style_.unicode));
  }

  std::string notice_line(std::string const& notice) const {
    return coloured(yellow, shorten("  " + notice, width_, style_.unicode));
  }

  static double shown_fraction(bar_row const& row) {
    return row.now == bar_row::state::done ? 1 : row.now == bar_row::state::waiting ? 0 : row.fraction;
  }

  static std::string_view colour_of(bar_row const& row, std::size_t index) {
    if (row.now == bar_row::state::failed) return red;
    if (row.now == bar_row::state::waiting) return dim;
    return palette[index % palette.size()];
  }

  std::string mark(bar_row const& row) const {
    switch (row.now) {
      case bar_row::state::waiting:
        return " ";
      case bar_row::state::running:
        return style_.unicode ? "▸" : ">";
      case bar_row::state::done:
        return coloured(green, style_.unicode ? "✓" : "+");
      case bar_row::state::failed:
        return coloured(red, style_.unicode ? "✗" : "x");
    }
    return " ";
  }

  static std::string percent_text(double progress) {
    return right(std::to_string(static_cast<int>(std::clamp(progress, 0.0, 100.0))), 3) + " %";
  }
  static std::string right(std::string const& text, std::size_t width) {
    return std::string(width - std::min(width, columns(text)), ' ') + text;
  }
  std::string coloured(std::string_view colour, std::string const& text) const {
    if (!style_.colour || text.empty()) return text;
    return std::string(colour) + text + std::string(reset);
  }

  frame_style const& style_;
  std::size_t width_;  // the last column stays free: a cursor there wraps on some terminals and not on others
};

picture cleaned(picture p) {
  p.title = printable(p.title);
  p.notice = printable(p.notice);
  for (bar_row& row : p.rows) {
    row.name = printable(row.name);
    row.message = printable(row.message);
  }
  return p;
}

}  // namespace

std::string draw_bar(double fraction, std::size_t width, bool unicode) {
  if (!(fraction > 0)) fraction = 0;
  fraction = std::min(fraction, 1.0);
  std::string bar;
  if (!unicode) {
    auto const filled = static_cast<std::size_t>(fraction * static_cast<double>(width));
    return bar.append(filled, '#').append(width - filled, '-');
  }
  constexpr std::array<char const*, 8> parts{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  auto const eighths = static_cast<std::size_t>(fraction * static_cast<double>(width * 8));
  std::size_t const filled = eighths / 8, part = eighths % 8;
  for (std::size_t i = 0; i != filled; ++i) bar += "█";
  bar += parts[part];
  for (std::size_t i = filled + (part != 0); i < width; ++i) bar += "░";
  return bar;
}

std::size_t visible_columns(std::string_view line) {
  std::string text;
  while (!line.empty()) {
    std::size_t const escape = line.find("\x1b[");
    text.append(line.substr(0, escape));
    if (escape == std::string_view::npos) break;
    line.remove_prefix(escape);
    std::size_t const end = line.find('m');
    line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
  }
  return columns(text);
}

std::vector<std::string> draw(picture const& raw, frame_style const& style) {
  picture const p = cleaned(raw);
  painter const paint(style);
  bool const room = style.width >= narrowest_block && style.height >= p.rows.size() + 4;
  return room ? paint.block(p) : paint.one_line(p);
}

}  // namespace uploadproto::cli
