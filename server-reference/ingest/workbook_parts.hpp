// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_INGEST_WORKBOOK_PARTS_HPP
#define UPLOADPROTO_REFERENCE_INGEST_WORKBOOK_PARTS_HPP

#include <string>
#include <vector>

#include "ingest/cell_text.hpp"
#include "ingest/workbook_reader.hpp"
#include "ingest/zip_archive.hpp"

namespace uploadproto::reference {

/// Which parts of the archive make up the first worksheet.
struct workbook_parts {
  std::string sheet_name;
  zip_archive::part const* sheet = nullptr;
  zip_archive::part const* strings = nullptr;  ///< null: the workbook shares no texts
  zip_archive::part const* styles = nullptr;   ///< null: every number is shown as a number
  bool epoch_1904 = false;
};

/// Follows the relations from the archive's root to the workbook, and from there to its first worksheet:
/// first in the order of the tabs, whatever the parts are called. \throws input_error `not_a_workbook`,
/// `old_format`, `no_worksheet`, `damaged`
workbook_parts locate_parts(zip_archive& archive, workbook_limits const& limits, stop_requested const& stop);

/// What each cell format (index `s` of a cell) shows of a number.
/// \throws input_error
std::vector<shown_as> read_styles(zip_archive& archive, zip_archive::part const& part,
                                  workbook_limits const& limits, stop_requested const& stop);

}  // namespace uploadproto::reference

#endif
