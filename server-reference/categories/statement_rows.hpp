// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_CATEGORIES_STATEMENT_ROWS_HPP
#define UPLOADPROTO_REFERENCE_CATEGORIES_STATEMENT_ROWS_HPP

#include <cstdint>
#include <istream>
#include <random>
#include <string>
#include <vector>

#include "categories/category.hpp"

namespace uploadproto::reference {

/// One text of data/merchants.txt or data/trades.txt.
struct merchant {
  category is;
  std::string text;
};

/// Reads `[Category]` lines and texts, several on a line between `, `; `#` begins a comment.
/// \throws std::runtime_error with the line of what is wrong
std::vector<merchant> read_merchants(std::istream& in);

/// Each fifth merchant of a category is held back: no row of training is made of it, and the rows to judge by
/// are.
struct merchant_split {
  std::vector<merchant> training, held_back;
};
merchant_split split(std::vector<merchant> const& merchants);

/// A transaction as a bank would print it.
struct statement_row {
  category is;
  std::string description;
  bool money_in;
};

/// Makes rows as statements have them: the bank's words before and behind a merchant, places, dates, card and
/// reference numbers, cut-off ends, lower case. The same seed gives the same rows everywhere.
class statement_row_maker {
 public:
  explicit statement_row_maker(std::uint32_t seed) : random_(seed) {}

  statement_row make(merchant const& m);

  /// A business of a trade: with somebody's or some place's name.
  merchant name(merchant const& trade);

 private:
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }
  bool chance(std::uint32_t percent) { return below(100) < percent; }
  std::string digits(int count);

  std::mt19937 random_;
};

/// What the shipped model is trained with: rows of the merchants, and of businesses named after the trades.
std::vector<statement_row> training_rows(std::vector<merchant> const& merchants,
                                         std::vector<merchant> const& trades);

/// What it is judged by.
std::vector<statement_row> held_back_rows(std::vector<merchant> const& merchants);

}  // namespace uploadproto::reference

#endif
