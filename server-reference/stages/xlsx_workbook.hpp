// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_STAGES_XLSX_WORKBOOK_HPP
#define UPLOADPROTO_REFERENCE_STAGES_XLSX_WORKBOOK_HPP

#include <filesystem>
#include <functional>
#include <span>

#include "stages/xlsx_sheet.hpp"

namespace uploadproto::reference {

/// Packs finished sheets, in this order, into a workbook that appears at `path` whole and synced, or not at
/// all. \param stop  asked now and then; true ends with `cancelled`. \throws report_error
void write_workbook(std::filesystem::path const& path, std::span<xlsx_sheet const* const> sheets,
                    std::function<bool()> const& stop);

}  // namespace uploadproto::reference

#endif
