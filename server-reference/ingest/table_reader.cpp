// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "ingest/table_reader.hpp"

#include <utility>

#include "ingest/file_signature.hpp"
#include "ingest/header_map.hpp"

namespace uploadproto::reference {
namespace {

bool ends_in(std::string_view name, std::string_view extension) noexcept {
  if (name.size() < extension.size()) return false;
  name.remove_prefix(name.size() - extension.size());
  for (std::size_t i = 0; i < name.size(); ++i)
    if ((name[i] >= 'A' && name[i] <= 'Z' ? name[i] - 'A' + 'a' : name[i]) != extension[i]) return false;
  return true;
}

bool is_blank(row const& r) {
  for (std::size_t i = 0; i < r.size(); ++i)
    if (!trim(r[i]).empty()) return false;
  return true;
}

}  // namespace

std::optional<table_kind> table_kind_of(std::string_view file_name) noexcept {
  if (ends_in(file_name, ".xlsx")) return table_kind::workbook;
  if (ends_in(file_name, ".csv")) return table_kind::csv;
  return std::nullopt;
}

table_reader table_reader::open(std::filesystem::path const& file, table_kind kind, std::uint64_t max_rows,
                                stop_requested stop, std::filesystem::path const& spill_directory) {
  if (kind == table_kind::workbook)
    return {workbook_reader::open(file, {}, std::move(stop), spill_directory), max_rows};
  require_text(file);
  return {csv_reader::open(file, {}, std::move(stop)), max_rows};
}

bool table_reader::next(row& out) {
  do
    if (!read(out)) return false;
  while (is_blank(out));
  if (rows_++ > max_rows_)
    throw input_error(input_problem::too_large,
                      "There are more than " + std::to_string(max_rows_) + " rows below the header.");
  return true;
}

bool table_reader::read(row& out) {
  if (auto* const workbook = std::get_if<workbook_reader>(&reader_)) return workbook->next(out);
  if (!std::get<csv_reader>(reader_).next(fields_)) return false;
  assign(out, fields_);
  return true;
}

}  // namespace uploadproto::reference
