// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "stages/report_writer.hpp"

#include <array>
#include <iterator>

#include "stages/xlsx_sheet.hpp"
#include "stages/xlsx_workbook.hpp"

namespace uploadproto::reference {
namespace {

struct shown {
  std::string_view text;
  cell_style style = cell_style::general;
};

shown result_of(report_row const& r) {
  switch (r.result) {
    case row_result::valid:
      return {"Valid", cell_style::good};
    case row_result::invalid_id:
      return {"Invalid ID", cell_style::bad};
    case row_result::duplicate:
      return {"Duplicate", cell_style::warning};
  }
  return {};
}

shown registration_of(report_row const& r) {
  switch (r.registered) {
    case registration::registered:
      return {"Registered", cell_style::good};
    case registration::not_registered:
      return {"Not registered", cell_style::warning};
    case registration::unknown:
      return {"Could not be checked", cell_style::bad};
    case registration::not_asked:
      break;
  }
  return {};
}

shown database_of(report_row const& r) {
  switch (r.action) {
    case database_action::inserted:
      return {"New member"};
    case database_action::updated:
      return {"Updated member"};
    case database_action::failed:
      return {"Failed", cell_style::bad};
    case database_action::none:
      break;
  }
  return {};
}

// A column that the pipeline adds to those of the uploaded sheet.
struct verdict_column {
  std::string_view title;
  shown (*value)(report_row const&);
};

constexpr verdict_column verified_id{"Verified ID", [](report_row const& r) {
                                       return shown{r.id_number, cell_style::digits};
                                     }};
constexpr verdict_column result{"Result", result_of};
constexpr verdict_column reason{"Reason", [](report_row const& r) { return shown{r.reason}; }};
constexpr verdict_column registered{"Registration", registration_of};
constexpr verdict_column voter_status{"Voter Status",
                                      [](report_row const& r) { return shown{r.voter_status}; }};
constexpr verdict_column ward{"Registered Ward", [](report_row const& r) {
                                return shown{r.ward_id, cell_style::digits};
                              }};
constexpr verdict_column district{"Registered Voting District", [](report_row const& r) {
                                    return shown{r.vd_number, cell_style::digits};
                                  }};
constexpr verdict_column database{"Database", database_of};
constexpr verdict_column error{"Error", [](report_row const& r) { return shown{r.error}; }};

constexpr verdict_column all_columns[] = {verified_id, result,   reason,   registered, voter_status,
                                          ward,        district, database, error};
constexpr verdict_column reason_columns[] = {reason};
constexpr verdict_column registration_columns[] = {verified_id, voter_status};
constexpr verdict_column member_columns[] = {verified_id, registered, ward, district};
constexpr verdict_column error_columns[] = {verified_id, registered, database, error};

struct sheet_definition {
  std::string_view name;
  bool (*takes)(report_row const&);
  std::span<verdict_column const> verdicts;
};

constexpr sheet_definition definitions[] = {
    {"All Rows", [](report_row const&) { return true; }, all_columns},
    {"Invalid IDs", [](report_row const& r) { return r.result == row_result::invalid_id; }, reason_columns},
    {"Duplicates", [](report_row const& r) { return r.result == row_result::duplicate; }, reason_columns},
    {"Not Registered", [](report_row const& r) { return r.registered == registration::not_registered; },
     registration_columns},
    {"New Members", [](report_row const& r) { return r.action == database_action::inserted; },
     member_columns},
    {"Updated Members", [](report_row const& r) { return r.action == database_action::updated; },
     member_columns},
    {"Errors",
     [](report_row const& r) {
       return r.action == database_action::failed || r.registered == registration::unknown ||
              !r.error.empty();
     },
     error_columns},
};

}  // namespace

struct report_writer::state {
  explicit state(report_options o) : options(std::move(o)) {
    if (options.path.has_parent_path()) directory = options.path.parent_path();
    for (std::size_t i = 0; i < std::size(definitions); ++i) continue_sheet(i);
  }

  // Opens a sheet, or the next one of the same kind when the last is full.
  void continue_sheet(std::size_t kind) {
    sheet_definition const& d = definitions[kind];
    auto& parts = sheets[kind];
    std::string name(d.name);
    if (!parts.empty()) {
      parts.back()->finish();
      name += " (" + std::to_string(parts.size() + 1) + ")";
    }
    parts.push_back(
        std::make_unique<xlsx_sheet>(std::move(name), sheet_layout{}, directory, options.compression));
    xlsx_sheet& sheet = *parts.back();
    sheet.begin_row();
    sheet.text("Row", cell_style::header);
    for (std::string const& title : options.columns) sheet.text(title, cell_style::header);
    for (verdict_column const& column : d.verdicts) sheet.text(column.title, cell_style::header);
    sheet.end_row();
  }

  void write_row(std::size_t kind, report_row const& r) {
    if (sheets[kind].back()->rows() >= options.max_sheet_rows) continue_sheet(kind);
    xlsx_sheet& sheet = *sheets[kind].back();
    sheet.begin_row();
    sheet.number(r.number);
    for (std::size_t i = 0; i < options.columns.size(); ++i) {
      if (i < r.cells.size())
        sheet.text(r.cells[i]);
      else
        sheet.skip();
    }
    for (verdict_column const& column : definitions[kind].verdicts) {
      shown const value = column.value(r);
      sheet.text(value.text, value.style);
    }
    sheet.end_row();
  }

  void count_row() {
    constexpr std::uint64_t step = 1024;
    if (++rows % step != 0) return;
    if (options.stop && options.stop())
      throw report_error(report_error::kind::cancelled, "The writing of the report was cancelled.");
    if (options.progress) options.progress(rows);
  }

  std::unique_ptr<xlsx_sheet> summarise(std::span<summary_line const> lines) {
    auto sheet = std::make_unique<xlsx_sheet>("Summary", sheet_layout{.table = false, .first = true},
                                              directory, options.compression);
    bool title = true;
    for (summary_line const& line : lines) {
      sheet->begin_row();
      bool const is_heading = !line.is_number && line.text.empty();
      sheet->text(line.label, !is_heading ? cell_style::general
                              : title     ? cell_style::title
                                          : cell_style::heading);
      if (line.is_number)
        sheet->number(line.number, cell_style::count);
      else
        sheet->text(line.text);
      sheet->end_row();
      title = false;
    }
    sheet->finish();
    return sheet;
  }

  report_options options;
  std::filesystem::path directory = ".";
  std::array<std::vector<std::unique_ptr<xlsx_sheet>>, std::size(definitions)> sheets;
  std::uint64_t rows = 0;
};

report_writer::report_writer(report_options options) : state_(std::make_unique<state>(std::move(options))) {}

report_writer::~report_writer() = default;

void report_writer::add(report_row const& row) {
  for (std::size_t i = 0; i < std::size(definitions); ++i)
    if (definitions[i].takes(row)) state_->write_row(i, row);
  state_->count_row();
}

void report_writer::finish(std::span<summary_line const> summary) {
  auto const first = state_->summarise(summary);
  std::vector<xlsx_sheet const*> sheets{first.get()};
  for (auto& parts : state_->sheets) {
    parts.back()->finish();
    for (auto const& sheet : parts) sheets.push_back(sheet.get());
  }
  write_workbook(state_->options.path, sheets, state_->options.stop);
}

}  // namespace uploadproto::reference
