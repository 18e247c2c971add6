// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_FILE_UPLOAD_STORED_ROWS_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_FILE_UPLOAD_STORED_ROWS_HPP

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <string>

#include "storage/database.hpp"

namespace uploadproto::reference {

/** FU-H4: a page of a template's rows, oldest first. */
struct stored_page {
  boost::json::array rows;  ///< objects by field
  std::uint64_t page = 1;   ///< from 1
  std::uint64_t limit = 0;  ///< rows a page, as it was applied
  std::uint64_t total = 0;
};

/** Reads what was stored of a template. Throws `std::runtime_error`.
    @param page, limit are brought into range: from 1, and 1 to 100 */
stored_page read_page(database const& db, std::string const& template_name, std::uint64_t page,
                      std::uint64_t limit);

/** Every row of a template as it is at one moment, oldest first. */
void for_each_stored_row(database const& db, std::string const& template_name,
                         std::function<void(boost::json::object const&)> const& take);

}  // namespace uploadproto::reference

#endif
