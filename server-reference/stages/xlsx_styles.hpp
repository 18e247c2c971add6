// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_STAGES_XLSX_STYLES_HPP
#define UPLOADPROTO_REFERENCE_STAGES_XLSX_STYLES_HPP

#include <string>

#include "stages/xlsx_sheet.hpp"

namespace uploadproto::reference {

/// Index of a cell's format. Every style exists twice: as it is, and with Excel's quote prefix, which keeps a
/// text a text when somebody edits the cell.
constexpr unsigned style_index(cell_style style, bool quote_prefix) noexcept {
  return static_cast<unsigned>(style) * 2 + (quote_prefix ? 1 : 0);
}

/// The part `styles.xml`.
std::string styles_xml();

}  // namespace uploadproto::reference

#endif
