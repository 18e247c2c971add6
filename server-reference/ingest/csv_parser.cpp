// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "ingest/csv_parser.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

#include "ingest/csv_delimiter.hpp"
#include "ingest/csv_scan.hpp"

namespace uploadproto::reference {
namespace {

constexpr std::string_view separator_line = "sep=";
constexpr std::ptrdiff_t most_blanks_before_quote = 64;  // they are looked at again at every quote

bool is_line_break(char c) noexcept {
  return c == '\n' || c == '\r';
}

bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t';
}

bool may_separate(char c) noexcept {
  return c != '"' && !is_line_break(c);
}

bool opens_field(char const* field, char const* quote) noexcept {
  return quote - field <= most_blanks_before_quote && std::all_of(field, quote, is_blank);
}

std::string shown(char delimiter) {
  return delimiter == '\t' ? "tab" : std::string("'") + delimiter + "'";
}

std::string where(std::uint64_t row, std::uint32_t column) {
  return "Row " + std::to_string(row) + (column == 0 ? "" : ", column " + std::to_string(column)) + ": ";
}

std::string columns_text(std::uint32_t count) {
  return std::to_string(count) + (count == 1 ? " column" : " columns");
}

}  // namespace

void assign(row& to, csv_row const& from) {
  to.reset(static_cast<std::uint32_t>(from.number()));
  for (std::size_t i = 0; i < from.size(); ++i) to.set(static_cast<std::uint32_t>(i), from[i]);
}

csv_parser::csv_parser(csv_options options) : options_(std::move(options)), decoder_(options_.encoding) {}

void csv_parser::feed(std::string_view bytes) {
  assert(!ended_ || corrupt_);
  buffer_.erase(0, row_);
  at_ -= row_;
  field_ -= row_;
  write_ -= row_;
  row_ = 0;
  if (!corrupt_ && !decoder_.decode(bytes, buffer_)) ended_ = corrupt_ = true;
}

void csv_parser::finish() {
  if (!corrupt_ && !decoder_.finish(buffer_)) corrupt_ = true;
  ended_ = true;
}

bool csv_parser::next(csv_row& out) {
  if (!begin()) return false;
  for (;;) {
    skip_line_feed();
    switch (scan()) {
      case step::starved:
        return false;
      case step::field:
        break;
      case step::record:
        if (end_row(out)) return true;
    }
  }
}

// Waits for enough text to know the delimiter. False: more is needed.
bool csv_parser::begin() {
  if (delimiter_ != '\0') return true;
  if (!ended_ && buffer_.size() < csv_delimiter_sample) return false;
  std::string_view text = buffer_;
  std::size_t const size = separator_line.size();
  if (text.size() > size + 1 && text.starts_with(separator_line) && is_line_break(text[size + 1]) &&
      may_separate(text[size])) {
    delimiter_ = text[size];
    row_ = at_ = field_ = size + 2;
    after_cr_ = text[size + 1] == '\r';
  }
  if (options_.delimiter != '\0')
    delimiter_ = options_.delimiter;
  else if (delimiter_ == '\0')
    delimiter_ = find_csv_delimiter(text);
  return true;
}

// CR and LF are one line break, also when the CR came in an earlier piece.
void csv_parser::skip_line_feed() noexcept {
  if (!after_cr_ || at_ == buffer_.size()) return;
  after_cr_ = false;
  if (buffer_[at_] == '\n') row_ = field_ = ++at_;
}

csv_parser::step csv_parser::scan() {
  step taken = step::starved;
  switch (place_) {
    case place::plain:
      taken = scan_plain();
      break;
    case place::quoted:
    case place::quote_in_quoted:
      taken = scan_quoted();
      break;
    case place::behind_quoted:
      taken = scan_behind_quoted();
  }
  if (taken != step::starved) return taken;
  check_sizes(field_, place_ == place::plain ? at_ : write_);
  return ended_ ? scan_end() : step::starved;
}

// Unquoted fields, as many as follow one another in this row.
csv_parser::step csv_parser::scan_plain() {
  char const* const base = buffer_.data();
  char const* const end = base + buffer_.size();
  char const* at = base + at_;
  char const* field = base + field_;
  char const delimiter = delimiter_;
  for (;;) {
    at = find_csv_mark(at, end, delimiter);
    if (at == end || (*at == '"' && opens_field(field, at))) break;
    if (*at++ == '"') continue;
    push_field(static_cast<std::size_t>(field - base), static_cast<std::size_t>(at - 1 - base));
    field = at;
    if (at[-1] != delimiter) {
      after_cr_ = at[-1] == '\r';
      at_ = field_ = static_cast<std::size_t>(at - base);
      return step::record;
    }
  }
  at_ = static_cast<std::size_t>(at - base);
  field_ = static_cast<std::size_t>(field - base);
  if (at == end) return step::starved;
  place_ = place::quoted;
  field_ = write_ = ++at_;
  return step::field;
}

csv_parser::step csv_parser::scan_quoted() {
  char* const base = buffer_.data();
  while (at_ < buffer_.size()) {
    if (place_ == place::quote_in_quoted) {
      place_ = base[at_] == '"' ? place::quoted : place::behind_quoted;
      if (place_ == place::behind_quoted) return step::field;
      base[write_++] = base[at_++];
    }
    auto const left = buffer_.size() - at_;
    auto const* const quote = static_cast<char const*>(std::memchr(base + at_, '"', left));
    std::size_t const size = quote ? static_cast<std::size_t>(quote - (base + at_)) : left;
    if (write_ != at_) std::memmove(base + write_, base + at_, size);
    write_ += size;
    at_ += size;
    if (!quote) break;
    ++at_;
    place_ = place::quote_in_quoted;
  }
  return step::starved;
}

// Between a closing quote and the delimiter there may be blanks; anything else is kept, as text of a bad row.
csv_parser::step csv_parser::scan_behind_quoted() {
  char* const base = buffer_.data();
  while (at_ < buffer_.size()) {
    char const c = base[at_++];
    if (c == delimiter_ || is_line_break(c)) return end_field(c);
    if (is_blank(c) && problem_.empty()) continue;
    note(columns_ + 1, "there is text behind the closing quote; expected " + shown(delimiter_) +
                           " or the end of the row (a quote within quotes is written twice)");
    base[write_++] = c;
  }
  return step::starved;
}

// The text has ended where the parser stands.
csv_parser::step csv_parser::scan_end() {
  if (corrupt_) fail(input_problem::not_text, columns_ + 1, "expected text, found " + decoder_.problem());
  if (place_ == place::quoted)
    fail(input_problem::unclosed_quote, columns_ + 1,
         "the quote that opens here is never closed; expected another one before the end of the file");
  bool const nothing_left = place_ == place::plain && columns_ == 0 && row_ == buffer_.size();
  if (nothing_left) return step::starved;
  if (place_ == place::plain) write_ = at_;
  return end_field('\n');
}

csv_parser::step csv_parser::end_field(char mark) {
  push_field(field_, write_);
  field_ = at_;
  place_ = place::plain;
  if (mark == delimiter_) return step::field;
  after_cr_ = mark == '\r';
  return step::record;
}

inline void csv_parser::push_field(std::size_t begin, std::size_t end) {
  check_sizes(begin, end);
  if (++columns_ <= options_.limits.max_columns)
    slots_.push_back({static_cast<std::uint32_t>(begin - row_), static_cast<std::uint32_t>(end - row_)});
  else if (rows_ == 0)
    fail(input_problem::too_large, 0,
         "the header has more than " + columns_text(options_.limits.max_columns));
}

// Gives the row that ends here, unless it holds no text.
bool csv_parser::end_row(csv_row& out) {
  bool const blank = columns_ == slots_.size() &&
                     std::all_of(slots_.begin(), slots_.end(), [](auto s) { return s.begin == s.end; });
  if (!blank) {
    if (rows_ > options_.limits.max_rows)
      fail(input_problem::too_large, 0,
           "there are more than " + std::to_string(options_.limits.max_rows) + " rows below the header");
    if (rows_++ == 0) width_ = columns_;
    if (columns_ != width_) check_width();
    out.number_ = number_;
    out.text_ = buffer_.data() + row_;
    out.slots_.swap(slots_);
    out.problem_.swap(problem_);
  }
  row_ = at_;
  ++number_;
  slots_.clear();
  problem_.clear();
  columns_ = 0;
  return !blank;
}

// Empty fields beyond the header's width are how spreadsheets and banks end their rows.
void csv_parser::check_width() {
  if (columns_ > width_ && columns_ == slots_.size() &&
      std::all_of(slots_.begin() + width_, slots_.end(), [](auto s) { return s.begin == s.end; }))
    return;
  std::string what = (columns_ == 1 ? "there is " : "there are ") + columns_text(columns_) + "; expected " +
                     std::to_string(width_) + ", as the header has";
  std::string_view const text(buffer_.data() + row_, at_ - row_);
  for (char const other : csv_delimiters)
    if (columns_ == 1 && other != delimiter_ && std::count(text.begin(), text.end(), other) + 1 == width_)
      what += " (this row seems to be separated by " + shown(other) + ", the header by " + shown(delimiter_) +
              ")";
  note(0, what);
}

inline void csv_parser::check_sizes(std::size_t begin, std::size_t end) const {
  if (end - begin > options_.limits.max_field_bytes)
    fail(input_problem::too_large, columns_ + 1,
         "the field is longer than " + std::to_string(options_.limits.max_field_bytes) + " bytes" +
             (place_ == place::plain ? "" : "; the quote that opens it may never be closed"));
  if (at_ - row_ > options_.limits.max_line_bytes || end - row_ > options_.limits.max_line_bytes)
    fail(input_problem::too_large, 0,
         "the row is longer than " + std::to_string(options_.limits.max_line_bytes) + " bytes");
}

void csv_parser::note(std::uint32_t column, std::string const& what) {
  if (problem_.empty()) problem_ = where(number_, column) + what + ".";
}

void csv_parser::fail(input_problem problem, std::uint32_t column, std::string const& what) const {
  throw csv_error(problem, number_, column, where(number_, column) + what + ".");
}

}  // namespace uploadproto::reference
