// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "stages/exact_amount.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace uploadproto::reference {
namespace {

constexpr std::string_view not_a_number = "is not a number";
constexpr std::string_view two_signs = "has more than one sign";
constexpr std::string_view bad_groups = "has its thousands in groups of other than three digits";
constexpr std::string_view too_precise = "has more than four decimals";
constexpr std::string_view too_large = "has more than fourteen digits before the decimals";
constexpr std::string_view absent = "is empty";

constexpr std::size_t most_digits = 14;
constexpr char group = '\'';  // a mark that can only be one of thousands

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
bool is_mark(char c) noexcept {
  return c == '.' || c == ',' || c == group;
}

struct replacement {
  std::string_view bytes;
  char by;
};
// Characters outside ASCII that stand in amounts.
constexpr replacement replacements[] = {
    {"\xC2\xA0", ' '},     {"\xE2\x80\xAF", ' '}, {"\xE2\x80\x89", ' '}, {"\xE2\x80\x99", group},
    {"\xE2\x88\x92", '-'}, {"\xE2\x80\x93", '-'}, {"\xC2\xA3", '$'},     {"\xC2\xA5", '$'},
};

// A text of ASCII in a fixed room: blanks, digits, marks, signs, brackets, letters; `$` for any currency
// sign.
class plain_text {
 public:
  explicit plain_text(std::string_view text) noexcept {
    while (!text.empty() && good_) {
      if (static_cast<unsigned char>(text.front()) < 0x80) {
        add(text.front());
        text.remove_prefix(1);
      } else {
        replace(text);
      }
    }
    while (size_ > 0 && chars_[size_ - 1] == ' ') --size_;
  }

  bool good() const noexcept { return good_; }
  std::string_view view() const noexcept { return {chars_.data(), size_}; }

 private:
  void add(char c) noexcept {
    if (c == '\t') c = ' ';
    if (c == ' ' && (size_ == 0 || chars_[size_ - 1] == ' ')) return;
    good_ = good_ && size_ < chars_.size();
    if (good_) chars_[size_++] = c;
  }

  void replace(std::string_view& text) noexcept {
    bool const currency_block = text.size() >= 3 && text.starts_with("\xE2\x82") &&
                                static_cast<unsigned char>(text[2]) >= 0xA0;  // U+20A0 to U+20BF
    if (currency_block) {
      add('$');
      return text.remove_prefix(3);
    }
    for (auto const& r : replacements)
      if (text.starts_with(r.bytes)) {
        add(r.by);
        return text.remove_prefix(r.bytes.size());
      }
    good_ = false;
  }

  std::array<char, 64> chars_;
  std::size_t size_ = 0;
  bool good_ = true;
};

// The middle of an amount, from its first digit (or a mark before it) to its last, and what is around it.
struct split_text {
  std::string_view before, number, behind;
};

split_text split(std::string_view text) noexcept {
  auto first = std::find_if(text.begin(), text.end(), is_digit);
  if (first == text.end()) return {text, {}, {}};
  if (first != text.begin() && (first[-1] == '.' || first[-1] == ',')) --first;
  auto const last = std::find_if(text.rbegin(), text.rend(), is_digit).base();
  auto const at = [&](auto i) { return static_cast<std::size_t>(i - text.begin()); };
  return {text.substr(0, at(first)), text.substr(at(first), at(last) - at(first)), text.substr(at(last))};
}

struct signs {
  int minus = 0, plus = 0, open = 0, close = 0, words = 0;
  bool strange = false;
};

// Signs, brackets and currencies on one side of the number.
void read_side(std::string_view side, signs& found) noexcept {
  for (std::size_t i = 0; i < side.size();) {
    char const c = side[i];
    if (is_letter(c)) {
      auto const from = i;
      while (i < side.size() && is_letter(side[i])) ++i;
      auto const word = side.substr(from, i - from);
      found.minus += word == "DR" || word == "Dr";
      found.plus += word == "CR" || word == "Cr";
      found.strange = found.strange || word.size() > 3 || ++found.words > 2;
      continue;
    }
    found.minus += c == '-';
    found.plus += c == '+';
    found.open += c == '(';
    found.close += c == ')';
    bool const dot_of_abbreviation = c == '.' && i > 0 && is_letter(side[i - 1]);  // Rs. 100
    found.strange = found.strange ||
                    (std::string_view("-+()$ ").find(c) == std::string_view::npos && !dot_of_abbreviation);
    ++i;
  }
}

struct marks {
  int points = 0, commas = 0, groups = 0;
  std::size_t behind_last = 0;   // digits behind the last point or comma
  std::size_t before_first = 0;  // digits before the first mark
  char last = '\0';              // of point and comma
  bool begins_with_zero = false;
};

marks find_marks(std::string_view number) noexcept {
  marks found;
  found.begins_with_zero = number.starts_with('0');
  bool any = false;
  for (char c : number) {
    if (is_digit(c)) {
      ++found.behind_last;
      if (!any) ++found.before_first;
      continue;
    }
    any = true;
    found.points += c == '.';
    found.commas += c == ',';
    found.groups += c == group || c == ' ';
    if (c != '.' && c != ',') continue;
    found.last = c;
    found.behind_last = 0;
  }
  return found;
}

// The character before the decimals, NUL when there are none.
char decimal_mark_in(marks const& m, decimal_mark of_file) noexcept {
  if (m.points + m.commas == 0) return '\0';
  if (m.points > 0 && m.commas > 0) return m.last;
  if (m.points + m.commas > 1) return '\0';
  bool const like_thousands = m.behind_last == 3 && m.before_first >= 1 && m.before_first <= 3 &&
                              m.groups == 0 && !m.begins_with_zero;
  if (!like_thousands) return m.last;
  return static_cast<char>(of_file) == m.last ? m.last : '\0';
}

// Digits before the decimals: in groups of three from the right, or two and three as in India.
bool well_grouped(std::string_view whole) noexcept {
  std::size_t in_group = 0, groups = 0;
  char mark = '\0';
  for (std::size_t i = whole.size(); i > 0; --i) {
    char const c = whole[i - 1];
    if (is_digit(c)) {
      ++in_group;
      continue;
    }
    if (mark != '\0' && c != mark) return false;
    mark = c;
    if (groups++ == 0 ? in_group != 3 : in_group != 3 && in_group != 2) return false;
    in_group = 0;
  }
  return groups == 0 || (in_group >= 1 && in_group <= 3);
}

amount_reading read_number(std::string_view number, decimal_mark mark) noexcept {
  char const decimal = decimal_mark_in(find_marks(number), mark);
  auto const at = decimal == '\0' ? number.size() : number.rfind(decimal);
  auto const whole = number.substr(0, at);
  auto const decimals = at < number.size() ? number.substr(at + 1) : std::string_view();
  if (decimal != '\0' && whole.find(decimal) != std::string_view::npos) return {0, bad_groups};
  if (!std::all_of(decimals.begin(), decimals.end(), is_digit)) return {0, not_a_number};
  for (char c : whole)
    if (!is_digit(c) && !is_mark(c) && c != ' ') return {0, not_a_number};
  if (!well_grouped(whole)) return {0, bad_groups};

  std::int64_t units = 0;
  std::size_t digits = 0;
  for (char c : whole) {
    if (!is_digit(c) || (c == '0' && digits == 0)) continue;
    if (++digits > most_digits) return {0, too_large};
    units = units * 10 + (c - '0');
  }
  auto exact = decimals;
  while (!exact.empty() && exact.back() == '0') exact.remove_suffix(1);
  if (exact.size() > amount_decimals) return {0, too_precise};
  for (int i = 0; i < amount_decimals; ++i) {
    auto const place = static_cast<std::size_t>(i);
    units = units * 10 + (place < exact.size() ? exact[place] - '0' : 0);
  }
  return {units, {}};
}

}  // namespace

amount_reading read_amount(std::string_view text, decimal_mark mark) noexcept {
  plain_text const plain(text);
  if (!plain.good()) return {0, not_a_number};
  if (plain.view().empty()) return {0, absent};
  auto const parts = split(plain.view());
  if (parts.number.empty()) return {0, not_a_number};
  signs found;
  read_side(parts.before, found);
  bool const opened = found.open > 0;
  if (found.close > 0) return {0, not_a_number};
  read_side(parts.behind, found);
  if (found.strange || found.open > 1 || found.open != found.close || (found.open > 0 && !opened))
    return {0, not_a_number};
  if (found.minus + found.plus + found.open > 1) return {0, two_signs};
  auto reading = read_number(parts.number, mark);
  if (found.minus > 0 || found.open > 0) reading.units = -reading.units;
  return reading;
}

decimal_mark evident_decimal_mark(std::string_view text) noexcept {
  plain_text const plain(text);
  if (!plain.good()) return decimal_mark::unknown;
  auto const m = find_marks(split(plain.view()).number);
  if (m.points > 1 && m.commas == 0) return decimal_mark::comma;
  if (m.commas > 1 && m.points == 0) return decimal_mark::point;
  return static_cast<decimal_mark>(decimal_mark_in(m, decimal_mark::unknown));
}

std::string decimal_text(std::int64_t units) {
  bool const negative = units < 0;
  auto const magnitude = negative ? 0 - static_cast<std::uint64_t>(units) : static_cast<std::uint64_t>(units);
  constexpr auto unit = static_cast<std::uint64_t>(amount_unit);
  auto decimals = std::to_string(unit + magnitude % unit).substr(1);
  while (decimals.size() > 2 && decimals.back() == '0') decimals.pop_back();
  return (negative ? "-" : "") + std::to_string(magnitude / unit) + "." + decimals;
}

}  // namespace uploadproto::reference
