// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_INGEST_ROW_HPP
#define UPLOADPROTO_REFERENCE_INGEST_ROW_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace uploadproto::reference {

/// One row of a worksheet: texts by column index (A is 0). Storage is reused from row to row and costs what
/// the row's own text costs, however wide the sheet is; views are valid until the row is filled again.
class row {
 public:
  /// As the user sees it beside the row, from 1, blank rows counted.
  std::uint32_t number() const noexcept { return number_; }

  /// Columns up to the last one that holds text.
  std::size_t size() const noexcept { return width_; }
  bool empty() const noexcept { return width_ == 0; }

  /// The cell's text in UTF-8, "" where there is none or the row is shorter. A bad index is no error.
  std::string_view operator[](std::size_t column) const noexcept {
    if (column >= width_) return {};
    slot const& s = slots_[column];
    return std::string_view(text_).substr(s.begin, s.size);
  }

  /// Forgets the cells, takes the number.
  void reset(std::uint32_t number) {
    for (std::uint32_t column : touched_) slots_[column] = {};
    touched_.clear();
    text_.clear();
    width_ = 0;
    number_ = number;
  }

  /// Text of all cells so far, in bytes.
  std::size_t bytes() const noexcept { return text_.size(); }

  /// Sets a cell that has no text yet. False: it already has one.
  bool set(std::uint32_t column, std::string_view text) {
    if (text.empty()) return true;
    if (column >= slots_.size()) slots_.resize(column + 1);
    slot& s = slots_[column];
    if (s.size != 0) return false;
    s = {static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(text.size())};
    text_.append(text);
    touched_.push_back(column);
    if (column >= width_) width_ = column + 1;
    return true;
  }

 private:
  struct slot {
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
  };

  std::uint32_t number_ = 0;
  std::size_t width_ = 0;
  std::string text_;
  std::vector<slot> slots_;
  std::vector<std::uint32_t> touched_;
};

}  // namespace uploadproto::reference

#endif
