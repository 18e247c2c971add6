// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_CLAUSES_CLAUSE_BOOK_HPP
#define UPLOADPROTO_CONFORMANCE_CLAUSES_CLAUSE_BOOK_HPP

#include <span>
#include <string_view>
#include <vector>

#include "clauses/clause.hpp"

namespace uploadproto::conformance {

/** The clauses of a set of pages (docs/spec), in their order. */
class clause_book {
 public:
  /** Adds a page. A clause begins with `id · LEVEL · role · source` in one piece of code and ends where the
      next one begins, or with its paragraph or list item.
      @throws std::invalid_argument for an unknown level, role or source and for an id used twice */
  void add(std::string_view page);

  std::span<clause const> all() const noexcept { return clauses_; }
  /** @return null when there is none of this id */
  clause const* find(std::string_view id) const noexcept;
  /** @throws std::out_of_range that names the id */
  clause const& at(std::string_view id) const;

 private:
  std::vector<clause> clauses_;
};

/** The clauses that this program was built with. */
clause_book const& shipped_clauses();

}  // namespace uploadproto::conformance

#endif
