// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "categories/description_text.hpp"

namespace uploadproto::reference {
namespace {

constexpr std::size_t longest = 200;

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// Bytes beyond ASCII belong to words: they are letters of some language, as a rule.
bool is_letter(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

void append_words(std::string& out, std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && out.size() < longest) {
    while (at < text.size() && !is_letter(text[at]) && !is_digit(text[at])) ++at;
    std::size_t const kept = out.size();
    bool has_digit = false;
    if (at < text.size()) out += ' ';
    for (; at < text.size() && (is_letter(text[at]) || is_digit(text[at]) || text[at] == '\''); ++at) {
      char const c = text[at];
      has_digit = has_digit || is_digit(c);
      if (c != '\'') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    if (has_digit) out.resize(kept);
  }
  if (out.size() > longest) out.resize(longest);
}

}  // namespace

void write_description_text(std::string& out, std::string_view vendor, std::string_view description,
                            bool money_in) {
  out = money_in ? "moneyin" : "moneyout";
  append_words(out, vendor);
  append_words(out, description);
}

}  // namespace uploadproto::reference
