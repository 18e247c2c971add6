// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "stages/xlsx_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace uploadproto::reference {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

// Bytes that stand for themselves wherever they stand.
constexpr std::array<bool, 256> plain = [] {
  std::array<bool, 256> table{};
  for (int c = 0x20; c < 0x7F; ++c)
    table[static_cast<std::size_t>(c)] = c != '&' && c != '<' && c != '>' && c != '_';
  table['\t'] = table['\n'] = true;
  return table;
}();

bool is_plain(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return plain[static_cast<unsigned char>(c)]; });
}

// Bytes of the well-formed UTF-8 sequence of a character that XML allows, 0 when there is none.
std::size_t sequence_size(std::string_view text) noexcept {
  auto const byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  auto const tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  unsigned const a = byte(0), b = byte(1);
  if (a < 0x80) return a >= 0x20 || a == '\t' || a == '\n' ? 1 : 0;
  if (a >= 0xC2 && a < 0xE0) return tail(1) ? 2 : 0;
  if ((a & 0xF0) == 0xE0) {
    if (!tail(1) || !tail(2) || (a == 0xE0 && b < 0xA0) || (a == 0xED && b > 0x9F)) return 0;
    bool const not_a_character = a == 0xEF && b == 0xBF && byte(2) >= 0xBE;
    return not_a_character ? 0 : 3;
  }
  if (a >= 0xF0 && a < 0xF5)
    return tail(1) && tail(2) && tail(3) && !(a == 0xF0 && b < 0x90) && !(a == 0xF4 && b > 0x8F) ? 4 : 0;
  return 0;
}

bool looks_like_escape(std::string_view text) noexcept {
  constexpr std::size_t size = 7;  // _xHHHH_
  return text.size() >= size && text[1] == 'x' && text[6] == '_' &&
         std::all_of(text.begin() + 2, text.begin() + 6, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

// Appends the character that the text begins with and removes it; its UTF-16 units.
std::size_t append_character(std::string& xml, std::string_view& text) {
  std::size_t const size = sequence_size(text);
  char const c = text[0];
  std::size_t units = 1;
  if (c == '\r') {
    xml += "_x000D_";
  } else if (size == 0) {
    xml += replacement;
  } else if (c == '&') {
    xml += "&amp;";
  } else if (c == '<') {
    xml += "&lt;";
  } else if (c == '>') {
    xml += "&gt;";
  } else if (c == '_' && looks_like_escape(text)) {
    xml += "_x005F_";
  } else {
    xml += text.substr(0, size);
    units = size == 4 ? 2 : 1;
  }
  text.remove_prefix(std::max<std::size_t>(size, 1));
  return units;
}

constexpr bool is_sign_or_operator(std::string_view text) noexcept {
  if (text.empty()) return false;
  if (text[0] == '=' || text[0] == '+' || text[0] == '-' || text[0] == '@') return true;
  for (std::string_view wide : {"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"})
    if (text.starts_with(wide)) return true;
  return false;
}

}  // namespace

text_danger danger_of(std::string_view text) noexcept {
  if (text.empty()) return text_danger::none;
  if (text[0] == '\t' || text[0] == '\r') return text_danger::formula;
  auto const first = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  if (!is_sign_or_operator(text.substr(first))) return text_danger::none;
  bool const number = (text[0] == '+' || text[0] == '-') &&
                      std::all_of(text.begin() + 1, text.end(),
                                  [](char c) { return (c >= '0' && c <= '9') || c == ' ' || c == '.'; });
  return number ? text_danger::sign : text_danger::formula;
}

std::size_t append_cell_text(std::string& xml, std::string_view text, std::size_t most) {
  if (text.size() <= most && is_plain(text)) {
    xml += text;
    return text.size();
  }
  std::size_t units = 0;
  std::size_t cut = xml.size();  // the last place with room for the mark, which is one unit
  std::size_t cut_units = 0;
  while (!text.empty()) {
    if (units < most) {
      cut = xml.size();
      cut_units = units;
    }
    units += append_character(xml, text);
    if (units > most) {
      xml.resize(cut);
      xml += "\xE2\x80\xA6";
      return cut_units + 1;
    }
  }
  return units;
}

void append_attribute(std::string& xml, std::string_view text) {
  while (!text.empty()) {
    if (text[0] == '"') {
      xml += "&quot;";
      text.remove_prefix(1);
    } else {
      append_character(xml, text);
    }
  }
}

}  // namespace uploadproto::reference
