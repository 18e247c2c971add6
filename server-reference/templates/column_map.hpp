// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_TEMPLATES_COLUMN_MAP_HPP
#define UPLOADPROTO_REFERENCE_TEMPLATES_COLUMN_MAP_HPP

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ingest/row.hpp"
#include "templates/file_template.hpp"

namespace uploadproto::reference {

/** A row as the template has it. */
struct judged_row {
  std::uint64_t number = 0;           ///< as the user sees it beside the row
  boost::json::object values;         ///< by field, in the template's order; an empty cell has no member
  std::vector<std::string> problems;  ///< `Row 3: Field 'Email' …`; such a row is not stored (FU-P2)
};

/** How a sentence about one field of a row begins: `Row 3: Field 'Email' `. */
std::string field_place(std::uint64_t row, template_column const& column);

/** Which column of a file is which of a template, found by the text of the header (FU-P2): without regard to
    case, to white space and to the `*` by which a required column is marked. Other columns are ignored. */
class column_map {
 public:
  /** @param of outlives the map
      @throws input_error `missing_column` for required columns that are not there or columns that stand twice
   */
  column_map(file_template const& of, row const& header);

  judged_row judge(row const& cells) const;

 private:
  file_template const& template_;
  std::vector<std::optional<std::size_t>> index_;  // column of the file, by column of the template
};

}  // namespace uploadproto::reference

#endif
