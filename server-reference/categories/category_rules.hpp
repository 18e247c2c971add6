// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_CATEGORIES_CATEGORY_RULES_HPP
#define UPLOADPROTO_REFERENCE_CATEGORIES_CATEGORY_RULES_HPP

#include <filesystem>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "categories/category.hpp"

namespace uploadproto::reference {

/// What the user has laid down about his transactions (UP-P5); comes before anything the model says.
class category_rules {
 public:
  category_rules() = default;

  /// Reads a TOML file of `[[rule]]` tables. Each has a `category` and one of: `keyword`, words that stand as
  /// such in vendor or description; `vendor`, all of the vendor (of the description where there is none);
  /// `pattern`, a regular expression (ECMAScript) that is found in either. Upper and lower case are the same.
  /// The first rule that fits counts. \throws std::runtime_error naming file, line and what was expected
  static category_rules load(std::filesystem::path const& file);

  /// As load(), of a text. \param name  what errors call it
  static category_rules parse(std::string_view toml, std::string const& name);

  /// Looks at no more than 300 bytes of each text.
  std::optional<category> find(std::string_view vendor, std::string_view description) const;

  bool empty() const noexcept { return rules_.empty(); }

 private:
  enum class kind : unsigned char { keyword, vendor, pattern };
  struct rule {
    kind by;
    std::string text;  // lower case; of keywords and vendors
    std::regex pattern;
    category is;
  };

  static bool fits(rule const& r, std::string_view vendor, std::string_view description);

  std::vector<rule> rules_;
};

}  // namespace uploadproto::reference

#endif
