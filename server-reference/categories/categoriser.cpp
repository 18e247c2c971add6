// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "categories/categoriser.hpp"

#include "categories/description_text.hpp"

namespace uploadproto::reference {
namespace {

constexpr std::size_t most_remembered = 50'000;  // texts of at most some 200 bytes: 16 MB

}  // namespace

category_decision categoriser::memory::decide(std::string_view vendor, std::string_view description,
                                              bool money_in) {
  if (auto const ruled = of_.options_.rules.find(vendor, description)) return {*ruled, category_source::rule};
  write_description_text(text_, vendor, description, money_in);
  bool const has_words = text_.find(' ') != std::string::npos;
  if (!has_words) return {};
  auto found = known_.find(std::string_view(text_));
  if (found == known_.end()) {
    if (known_.size() >= most_remembered) known_.clear();
    auto const guess = of_.model_.guess(text_);
    bool const sure = guess.confidence >= of_.options_.threshold;
    found = known_.emplace(text_, sure ? guess.is : category::uncategorised).first;
  }
  auto const is = found->second;
  return {is, is == category::uncategorised ? category_source::none : category_source::model};
}

}  // namespace uploadproto::reference
