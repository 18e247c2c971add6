// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_CLIENTS_TERMINAL_MODEL_HPP
#define UPLOADPROTO_TESTS_CLIENTS_TERMINAL_MODEL_HPP

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "cli/display/display_text.hpp"

/** A terminal small enough to be sure of: rows of cells, a cursor, the handful of sequences that the bars
   use. Knows nothing of the code that it judges but how wide a character is. An unknown sequence is kept as
   text, where a test sees it. */
class terminal_model {
 public:
  explicit terminal_model(std::size_t width) : width_(width), rows_(1) {}

  void write(std::string_view bytes) {
    while (!bytes.empty()) bytes.remove_prefix(step(bytes));
  }

  /** Wraps what is longer than the new width, as terminals do. The cursor stays at the end of the last row.
   */
  void resize(std::size_t width) {
    std::vector<row> old = std::move(rows_);
    rows_.clear();
    width_ = width;
    for (row const& r : old) {
      row part;
      for (std::string const& cell : r) {
        if (part.size() == width_) rows_.push_back(std::move(part)), part = {};
        part.push_back(cell);
      }
      rows_.push_back(std::move(part));
    }
    y_ = rows_.size() - 1;
    x_ = rows_.back().size();
  }

  std::vector<std::string> lines() const {
    std::vector<std::string> out;
    for (row const& r : rows_) {
      std::string text;
      for (std::string const& cell : r) text += cell;
      while (!text.empty() && text.back() == ' ') text.pop_back();
      out.push_back(text);
    }
    while (!out.empty() && out.back().empty()) out.pop_back();
    return out;
  }
  bool cursor_visible() const { return cursor_visible_; }

 private:
  using row = std::vector<std::string>;

  std::size_t step(std::string_view bytes) {
    if (bytes.starts_with("\x1b[")) return sequence(bytes);
    if (bytes[0] == '\n') return newline(), 1;
    if (bytes[0] == '\r') return x_ = 0, 1;
    std::size_t size = 1;
    while (size < bytes.size() && (static_cast<unsigned char>(bytes[size]) & 0xC0) == 0x80) ++size;
    put(std::string(bytes.substr(0, size)));
    return size;
  }

  std::size_t sequence(std::string_view bytes) {
    std::size_t end = 2;
    while (end < bytes.size() && bytes[end] != '\x1b' && !(bytes[end] >= '@' && bytes[end] <= '~')) ++end;
    std::string const text(bytes.substr(2, end - 2));
    char const last = end < bytes.size() ? bytes[end] : '?';
    if (last == 'A')
      y_ -= std::min(y_, static_cast<std::size_t>(std::stoul(text)));
    else if (last == 'K')
      rows_[y_].resize(std::min(rows_[y_].size(), x_));
    else if (last == 'J')
      rows_[y_].resize(std::min(rows_[y_].size(), x_)), rows_.resize(y_ + 1);
    else if (text == "?25")
      cursor_visible_ = last == 'h';
    else if (last != 'm')
      put("<unknown sequence>");
    return end + 1;
  }

  void newline() {
    if (++y_ == rows_.size()) rows_.emplace_back();
    x_ = 0;  // the line discipline adds the carriage return
  }

  void put(std::string const& character) {
    if (uploadproto::cli::columns(character) == 0 && x_ != 0) {
      rows_[y_][x_ - 1] += character;
      return;
    }
    if (x_ + uploadproto::cli::columns(character) > width_) newline();
    for (std::size_t i = 0; i != uploadproto::cli::columns(character); ++i, ++x_) {
      if (rows_[y_].size() <= x_) rows_[y_].resize(x_ + 1, " ");
      rows_[y_][x_] = i == 0 ? character : "";
    }
  }

  std::size_t width_, x_ = 0, y_ = 0;
  std::vector<row> rows_;
  bool cursor_visible_ = true;
};

#endif
