// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/consumer_events/judgement.hpp"

#include <variant>

namespace uploadproto::reference {
namespace {

/** The row's order, or what is wrong with it. */
std::variant<order, std::string> read_row(order_row const& row) {
  // Said by the CSV reader, with the row's number in front.
  if (auto const* const problem = std::get_if<std::string>(&row.content)) return *problem;
  order_draft draft;
  auto const& cells = std::get<0>(row.content);
  for (std::size_t i = 0; i < cells.size(); ++i) draft[i] = {order_value::kind::cell, cells[i]};
  auto reading = read_order(draft);
  if (reading.problems.empty()) return std::move(reading.value);
  return "Row " + std::to_string(row.number) + ": " + sentence_of(reading.problems);
}

}  // namespace

judgement judge(envelope const& message) {
  judgement found{message.log_id};
  if (message.single) found.orders.emplace_back(0, *message.single);
  std::size_t more = 0;
  for (auto const& row : message.rows) {
    auto read = read_row(row);
    if (auto* const good = std::get_if<order>(&read))
      found.orders.emplace_back(row.number, std::move(*good));
    else if (!found.error)
      found.error = std::get<std::string>(read);
    else
      ++more;
  }
  if (!found.error) return found;
  found.orders.clear();
  if (more != 0) *found.error += " (and " + std::to_string(more) + (more == 1 ? " more row)" : " more rows)");
  return found;
}

}  // namespace uploadproto::reference
