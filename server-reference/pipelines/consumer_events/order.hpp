// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_ORDER_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_ORDER_HPP

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace uploadproto::reference {

struct order {
  std::string order_number;
  std::string product_name;
  std::int64_t quantity = 0;
  std::string price;  ///< decimal, exactly as it was given

  friend bool operator==(order const&, order const&) = default;
};

/** The members of an order in JSON and the columns of a CSV file, in the order of `order_draft`. */
inline constexpr std::array<std::string_view, 4> order_fields{"orderNumber", "productName", "quantity",
                                                              "price"};

/** A field as it came in. */
struct order_value {
  enum class kind : unsigned char {
    absent,
    cell,    ///< of a CSV file: text that may stand for a number
    text,    ///< a JSON string
    number,  ///< a JSON number, its text unchanged
    other,   ///< something else in JSON
  } is = kind::absent;
  std::string text{};
};
using order_draft = std::array<order_value, order_fields.size()>;

struct order_problem {
  std::string_view field;  ///< empty: the whole
  std::string what;        ///< completes "price …": `must be …, found …`
};

struct order_reading {
  order value;  ///< to be used only where nothing is wrong
  std::vector<order_problem> problems;
};

/** Checks an order against CE-P2 and tells everything that is wrong with it. */
order_reading read_order(order_draft const& draft);

/** The problems in one sentence: `price must be …; quantity is missing`. */
std::string sentence_of(std::vector<order_problem> const& problems);

}  // namespace uploadproto::reference

#endif
