// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TOOLS_MAKE_WORKBOOK_SAMPLE_FILES_HPP
#define UPLOADPROTO_TOOLS_MAKE_WORKBOOK_SAMPLE_FILES_HPP

#include <cstddef>
#include <filesystem>

#include "member_list.hpp"

namespace uploadproto::samples {

/// Writes the list as an .xlsx workbook of one sheet, and the register that knows its people as CSV
/// (`id_number,registered,voter_status,ward_id,vd_number`) when `register_file` is not empty.
/// \param columns  1 or more; beyond those of a membership list come `Extra 1`, `Extra 2`, …
/// \throws reference::report_error, std::runtime_error
list_counts write_sample(list_options const& options, std::size_t columns,
                         std::filesystem::path const& workbook, std::filesystem::path const& register_file);

}  // namespace uploadproto::samples

#endif
