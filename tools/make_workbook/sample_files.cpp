// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "sample_files.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

#include "stages/xlsx_sheet.hpp"
#include "stages/xlsx_workbook.hpp"

namespace uploadproto::samples {
namespace {

struct sample_column {
  std::string_view title;
  std::string (*value)(list_row const&);
};

// The first one is written by `write_id`: its cells may be numbers.
constexpr sample_column columns_of_list[] = {
    {"ID Number", [](list_row const& r) { return r.id_text; }},
    {"Firstname", [](list_row const& r) { return std::string(r.who.first_name); }},
    {"Surname", [](list_row const& r) { return std::string(r.who.surname); }},
    {"Cell Number", [](list_row const& r) { return r.who.cell_number; }},
    {"Email", [](list_row const& r) { return r.who.email; }},
    {"Ward", [](list_row const& r) { return r.who.ward; }},
    {"Voting District", [](list_row const& r) { return r.who.voting_district; }},
    {"Date of Birth", [](list_row const& r) { return iso_date(r.who.birth); }},
    {"Gender", [](list_row const& r) { return std::string(r.who.male ? "Male" : "Female"); }},
    {"Date Joined", [](list_row const& r) { return iso_date(r.who.joined); }},
    {"Province", [](list_row const& r) { return std::string(r.who.province); }},
    {"Municipality", [](list_row const& r) { return std::string(r.who.municipality); }},
    {"Language", [](list_row const& r) { return std::string(r.who.language); }},
    {"Residential Address", [](list_row const& r) { return r.who.address; }},
    {"Membership Number", [](list_row const& r) { return r.who.membership_number; }},
    {"Notes", [](list_row const& r) { return std::string(r.who.male ? "" : "Prefers e-mail"); }},
};
constexpr std::size_t named_columns = std::size(columns_of_list);

void write_header(reference::xlsx_sheet& sheet, std::size_t columns) {
  sheet.begin_row();
  for (std::size_t i = 0; i < columns; ++i)
    sheet.text(i < named_columns ? std::string(columns_of_list[i].title)
                                 : "Extra " + std::to_string(i - named_columns + 1),
               reference::cell_style::header);
  sheet.end_row();
}

void write_row(reference::xlsx_sheet& sheet, list_row const& row, std::size_t columns) {
  sheet.begin_row();
  if (row.id_as_number)
    sheet.number(std::stoull(row.id_text));
  else
    sheet.text(row.id_text, reference::cell_style::digits);
  for (std::size_t i = 1; i < columns; ++i)
    sheet.text(i < named_columns ? columns_of_list[i].value(row) : "Value " + row.who.membership_number);
  sheet.end_row();
}

void write_register_line(std::ofstream& file, list_row const& row) {
  if (!row.valid || !row.known_to_register) return;
  file << row.who.id_number << (row.registered ? ",1,Registered," : ",0,Not registered,");
  if (row.registered)
    file << row.who.ward << ',' << row.who.voting_district;
  else
    file << ',';
  file << '\n';
}

}  // namespace

list_counts write_sample(list_options const& options, std::size_t columns,
                         std::filesystem::path const& workbook, std::filesystem::path const& register_file) {
  std::filesystem::path const directory = workbook.has_parent_path() ? workbook.parent_path() : ".";
  std::ofstream voters;
  if (!register_file.empty()) {
    voters.open(register_file, std::ios::binary | std::ios::trunc);
    voters << "id_number,registered,voter_status,ward_id,vd_number\n";
  }

  constexpr int compression = 6;
  reference::xlsx_sheet sheet("Members", {.table = true, .first = true}, directory, compression);
  write_header(sheet, columns);
  member_list list(options);
  list_row row;
  while (list.next(row)) {
    write_row(sheet, row, columns);
    if (voters.is_open()) write_register_line(voters, row);
  }
  sheet.finish();
  if (!register_file.empty() && !voters.flush())
    throw std::runtime_error("The register " + register_file.string() + " could not be written.");
  reference::xlsx_sheet const* const sheets[] = {&sheet};
  reference::write_workbook(workbook, sheets, {});
  return list.counts();
}

}  // namespace uploadproto::samples
