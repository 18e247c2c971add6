// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "categories/category_rules.hpp"

#include <toml++/toml.h>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace uploadproto::reference {
namespace {

// Regular expressions recurse by the length of the text.
constexpr std::size_t longest_text = 300;

bool is_word(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

std::string lower(std::string_view text) {
  std::string out(text.substr(0, longest_text));
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool has_words(std::string_view text, std::string_view words) noexcept {
  for (auto at = text.find(words); at != std::string_view::npos; at = text.find(words, at + 1)) {
    auto const end = at + words.size();
    bool const begins = at == 0 || !is_word(text[at - 1]) || !is_word(words.front());
    bool const ends = end == text.size() || !is_word(text[end]) || !is_word(words.back());
    if (begins && ends) return true;
  }
  return false;
}

class rule_error {
 public:
  rule_error(std::string const& file, toml::node const& at)
      : where_(file + ", line " + std::to_string(at.source().begin.line) + ": ") {}

  [[noreturn]] void fail(std::string const& sentence) const { throw std::runtime_error(where_ + sentence); }

 private:
  std::string where_;
};

std::string text_of(toml::table const& rule, std::string_view key, rule_error const& error) {
  auto const text = rule[key].value_exact<std::string>();
  if (!text || text->empty()) error.fail("expected a text for " + std::string(key));
  return *text;
}

std::string all_categories() {
  std::string names;
  for (auto const name : category_names) names += (names.empty() ? "" : ", ") + std::string(name);
  return names;
}

}  // namespace

category_rules category_rules::load(std::filesystem::path const& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read the category rules " + file.string());
  std::string const text(std::istreambuf_iterator<char>(in), {});
  return parse(text, file.string());
}

category_rules category_rules::parse(std::string_view text, std::string const& name) {
  toml::table document;
  try {
    document = toml::parse(text, name);
  } catch (toml::parse_error const& e) {
    throw std::runtime_error(name + ", line " + std::to_string(e.source().begin.line) + ": " +
                             std::string(e.description()));
  }
  for (auto const& [key, value] : document)
    if (key != "rule" || !value.is_array_of_tables())
      rule_error(name, value)
          .fail("expected [[rule]] tables and nothing else, found " + std::string(key.str()));
  category_rules rules;
  auto const* const tables = document["rule"].as_array();
  if (tables == nullptr) return rules;
  for (auto const& node : *tables) {
    auto const& table = *node.as_table();
    rule_error const error(name, table);
    rule r{};
    int conditions = 0;
    for (auto const& [key, value] : table) {
      if (key == "category") continue;
      ++conditions;
      auto const condition = text_of(table, key.str(), error);
      r.text = lower(condition);
      if (key == "keyword") {
        r.by = kind::keyword;
      } else if (key == "vendor") {
        r.by = kind::vendor;
      } else if (key == "pattern") {
        r.by = kind::pattern;
        try {
          r.pattern.assign(condition, std::regex::ECMAScript | std::regex::icase | std::regex::optimize);
        } catch (std::regex_error const& e) {
          error.fail("the pattern is no regular expression: " + std::string(e.what()));
        }
      } else {
        error.fail("unknown key " + std::string(key.str()) +
                   "; known are category, keyword, vendor and pattern");
      }
    }
    if (conditions != 1) error.fail("expected one of keyword, vendor and pattern");
    auto const is = text_of(table, "category", error);
    auto const named = category_named(is);
    if (!named) error.fail("there is no category \"" + is + "\"; there are " + all_categories());
    r.is = *named;
    rules.rules_.push_back(std::move(r));
  }
  return rules;
}

bool category_rules::fits(rule const& r, std::string_view vendor, std::string_view description) {
  switch (r.by) {
    case kind::keyword:
      return has_words(vendor, r.text) || has_words(description, r.text);
    case kind::vendor:
      return (vendor.empty() ? description : vendor) == r.text;
    case kind::pattern:
      break;
  }
  return std::regex_search(vendor.begin(), vendor.end(), r.pattern) ||
         std::regex_search(description.begin(), description.end(), r.pattern);
}

std::optional<category> category_rules::find(std::string_view vendor, std::string_view description) const {
  if (rules_.empty()) return std::nullopt;
  auto const v = lower(vendor), d = lower(description);
  for (auto const& r : rules_)
    if (fits(r, v, d)) return r.is;
  return std::nullopt;
}

}  // namespace uploadproto::reference
