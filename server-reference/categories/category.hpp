// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_CATEGORIES_CATEGORY_HPP
#define UPLOADPROTO_REFERENCE_CATEGORIES_CATEGORY_HPP

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace uploadproto::reference {

/// What a transaction was for (UP-P5). The numbers stand in the database: new ones are only ever added.
enum class category : unsigned char {
  uncategorised,
  food_and_dining,
  transportation,
  shopping,
  bills_and_utilities,
  entertainment,
  healthcare,
  business,
  income,
  transfer,
};

inline constexpr std::array<std::string_view, 10> category_names{
    "Uncategorised", "Food & Dining", "Transportation", "Shopping", "Bills & Utilities",
    "Entertainment", "Healthcare",    "Business",       "Income",   "Transfer"};

constexpr std::string_view name_of(category c) {
  return category_names[static_cast<std::size_t>(c)];
}

constexpr std::optional<category> category_named(std::string_view name) {
  for (std::size_t i = 0; i < category_names.size(); ++i)
    if (category_names[i] == name) return static_cast<category>(i);
  return std::nullopt;
}

}  // namespace uploadproto::reference

#endif
