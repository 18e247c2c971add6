// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_TEMPLATES_TEMPLATE_WORKBOOK_HPP
#define UPLOADPROTO_REFERENCE_TEMPLATES_TEMPLATE_WORKBOOK_HPP

#include <boost/json/object.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "stages/xlsx_sheet.hpp"
#include "templates/file_template.hpp"

namespace uploadproto::reference {

/** Writes the workbook to fill in and upload (FU-H3): a header whose required columns are marked by `*`,
   hints at the cells, sample rows if wanted, and a sheet that describes the columns. What it shows can be
   uploaded as it is. @throws report_error */
void write_template_workbook(file_template const& of, bool with_samples, std::filesystem::path const& path);

/** Writes the stored rows of a template as a workbook (FU-H5), row by row in constant memory; it can be
    uploaded again. Appears under its name whole, or not at all. */
class export_writer {
 public:
  /** @param of outlives the writer @param max_sheet_rows header included; more go on in a further sheet
      @throws report_error, like every member */
  export_writer(file_template const& of, std::filesystem::path path,
                std::uint32_t max_sheet_rows = 1'048'576);
  ~export_writer();

  /** @param values by field, as `judged_row` has them */
  void add(boost::json::object const& values);
  void finish();

 private:
  void begin_sheet();

  file_template const& template_;
  std::filesystem::path path_;
  std::uint32_t max_sheet_rows_;
  std::vector<std::unique_ptr<xlsx_sheet>> sheets_;
};

}  // namespace uploadproto::reference

#endif
