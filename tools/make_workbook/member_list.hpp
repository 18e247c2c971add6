// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TOOLS_MAKE_WORKBOOK_MEMBER_LIST_HPP
#define UPLOADPROTO_TOOLS_MAKE_WORKBOOK_MEMBER_LIST_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "member.hpp"
#include "random.hpp"

namespace uploadproto::samples {

/// What is asked for; the shares are of all rows, `unregistered` is of the valid ones. Percent.
struct list_options {
  std::size_t rows = 5000;
  std::uint64_t seed = 1;
  double invalid = 3;
  double duplicates = 2;
  double unregistered = 10;
};

/// What a correct pipeline finds in the list (BU-L6).
struct list_counts {
  std::size_t rows = 0, valid = 0, invalid = 0, duplicates = 0, not_registered = 0;
};

/// One row of the list, as somebody typed it.
struct list_row {
  member who;
  std::string id_text;  ///< what stands in the column `ID Number`; may be empty, wrong, or grouped by spaces
  bool id_as_number = false;      ///< a number cell: leading zeros are lost
  bool registered = true;         ///< of valid rows
  bool known_to_register = true;  ///< of valid rows: false when the register has never heard of the person
  bool valid = true;              ///< neither invalid nor a duplicate
};

/// Rows one after another, the same for the same options.
class member_list {
 public:
  explicit member_list(list_options const& options);

  list_counts const& counts() const noexcept { return counts_; }

  /// False at the end.
  bool next(list_row& out);

 private:
  enum class kind : unsigned char { valid, unregistered, invalid, duplicate };

  void write_id(list_row& row);
  void spoil_id(list_row& row);

  random dice_;
  list_counts counts_;
  std::vector<kind> kinds_;
  std::size_t at_ = 0;
  std::unordered_set<std::string> used_;
  std::vector<std::string> earlier_;  // valid numbers that may be repeated
};

}  // namespace uploadproto::samples

#endif
