// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "templates/column_map.hpp"

#include <algorithm>

#include "ingest/cell_text.hpp"
#include "ingest/excerpt.hpp"
#include "ingest/header_map.hpp"
#include "ingest/input_error.hpp"

namespace uploadproto::reference {
namespace {

std::string folded(std::string_view header) {
  header = trim(header);
  while (header.ends_with('*')) header.remove_suffix(1);
  return fold_header(header);
}

std::string in_quotes(std::string_view text) {
  return "\"" + excerpt(text) + "\"";
}

std::string list_headers(row const& header) {
  constexpr std::size_t most = 12;
  std::string text;
  std::size_t named = 0;
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (trim(header[i]).empty() || ++named > most) continue;
    text.append(named == 1 ? "" : ", ").append(excerpt(trim(header[i])));
  }
  if (named > most) text += " and " + std::to_string(named - most) + " more";
  return text;
}

}  // namespace

std::string field_place(std::uint64_t row, template_column const& column) {
  return "Row " + std::to_string(row) + ": Field '" + column.header + "' ";
}

column_map::column_map(file_template const& of, row const& header)
    : template_(of), index_(of.columns.size()) {
  std::vector<std::string> wanted;
  for (auto const& column : of.columns) wanted.push_back(folded(column.header));
  for (std::size_t i = 0; i < header.size(); ++i) {
    auto const found = std::find(wanted.begin(), wanted.end(), folded(header[i]));
    if (found == wanted.end()) continue;
    auto const at = static_cast<std::size_t>(found - wanted.begin());
    if (index_[at])
      throw input_error(input_problem::missing_column,
                        "The column " + in_quotes(of.columns[at].header) + " stands twice, as columns " +
                            column_letters(static_cast<std::uint32_t>(*index_[at])) + " and " +
                            column_letters(static_cast<std::uint32_t>(i)) + "; keep one of them.");
    index_[at] = i;
  }
  std::string missing;
  std::size_t count = 0;
  for (std::size_t i = 0; i < index_.size(); ++i) {
    if (index_[i] || !of.columns[i].required) continue;
    missing += (count++ == 0 ? "" : ", ") + in_quotes(of.columns[i].header);
  }
  if (count != 0)
    throw input_error(input_problem::missing_column,
                      (count == 1 ? "The required column " + missing + " is missing"
                                  : "The required columns " + missing + " are missing") +
                          "; row " + std::to_string(header.number()) + " has: " + list_headers(header) + ".");
}

judged_row column_map::judge(row const& cells) const {
  judged_row judged;
  judged.number = cells.number();
  for (std::size_t i = 0; i < index_.size(); ++i) {
    auto const& column = template_.columns[i];
    auto const text = index_[i] ? trim(cells[*index_[i]]) : std::string_view{};
    auto found = text.empty() ? cell_reading{column.default_value, column.required ? "is required" : ""}
                              : read_cell(column.type, text);
    if (!found.problem.empty())
      judged.problems.push_back(field_place(judged.number, column) + found.problem);
    else if (!found.value.is_null())
      judged.values[column.field] = std::move(found.value);
  }
  return judged;
}

}  // namespace uploadproto::reference
