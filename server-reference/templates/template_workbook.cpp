// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "templates/template_workbook.hpp"

#include <algorithm>
#include <string>
#include <uploadproto/wire/json.hpp>
#include <utility>

#include "stages/xlsx_workbook.hpp"

namespace uploadproto::reference {
namespace {

constexpr int compression = 1;
constexpr std::size_t max_sheet_name = 24;  // Excel's 31, with room for a number

std::filesystem::path directory_of(std::filesystem::path const& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

std::string sheet_name(file_template const& of) {
  return of.name.substr(0, max_sheet_name);
}

std::string title_of(template_column const& c) {
  return c.required ? c.header + "*" : c.header;
}

/** As the cell of a column: so that reading it gives the value again. */
void write_value(xlsx_sheet& sheet, boost::json::value const& value) {
  if (value.is_null()) return sheet.skip();
  if (value.is_bool()) return sheet.boolean(value.get_bool());
  if (auto const* const text = value.if_string()) return sheet.text({text->data(), text->size()});
  std::string digits;
  wire::append_json(digits, value);
  // A spreadsheet keeps 15 digits; more of an integer are kept as text.
  bool const too_long = !value.is_double() && digits.size() > 15;
  too_long ? sheet.text(digits, cell_style::digits) : sheet.decimal(digits);
}

std::string default_of(template_column const& c) {
  std::string text;
  if (c.default_value.is_null()) return text;
  if (auto const* const s = c.default_value.if_string()) return {s->data(), s->size()};
  wire::append_json(text, c.default_value);
  return text;
}

column_hint hint_of(template_column const& c) {
  std::string text = std::string(c.required ? "Required: " : "Optional: ") + std::string(expected_of(c.type));
  if (c.unique) text += "; no two rows may have the same";
  if (auto const otherwise = default_of(c); !otherwise.empty()) text += "; if empty: " + otherwise;
  column_hint hint{c.header, std::move(text), {}};
  if (c.type == field_type::boolean) hint.choices = {"TRUE", "FALSE"};
  return hint;
}

void write_header(xlsx_sheet& sheet, file_template const& of, bool marked) {
  sheet.begin_row();
  for (auto const& c : of.columns) sheet.text(marked ? title_of(c) : c.header, cell_style::header);
  sheet.end_row();
}

std::unique_ptr<xlsx_sheet> sheet_to_fill_in(file_template const& of, bool with_samples,
                                             std::filesystem::path const& directory) {
  sheet_layout layout{.first = true};
  for (auto const& c : of.columns) layout.hints.push_back(hint_of(c));
  auto sheet = std::make_unique<xlsx_sheet>(sheet_name(of), std::move(layout), directory, compression);
  write_header(*sheet, of, true);
  std::size_t rows = 0;
  for (auto const& c : of.columns) rows = std::max(rows, c.samples.size());
  for (std::size_t i = 0; with_samples && i < rows; ++i) {
    sheet->begin_row();
    for (auto const& c : of.columns)
      i < c.samples.size() ? write_value(*sheet, read_cell(c.type, c.samples[i]).value) : sheet->skip();
    sheet->end_row();
  }
  sheet->finish();
  return sheet;
}

std::unique_ptr<xlsx_sheet> sheet_about_the_columns(file_template const& of,
                                                    std::filesystem::path const& directory) {
  auto sheet = std::make_unique<xlsx_sheet>("About the columns", sheet_layout{}, directory, compression);
  auto const line = [&](std::initializer_list<std::string_view> cells, cell_style style) {
    sheet->begin_row();
    for (auto const cell : cells) sheet->text(cell, style);
    sheet->end_row();
  };
  line({"Column", "Type", "Required", "Unique", "If empty", "Expected", "Example"}, cell_style::header);
  for (auto const& c : of.columns)
    line({c.header, to_string(c.type), c.required ? "yes" : "no", c.unique ? "yes" : "no", default_of(c),
          expected_of(c.type), c.samples.empty() ? "" : c.samples.front()},
         cell_style::general);
  sheet->finish();
  return sheet;
}

}  // namespace

void write_template_workbook(file_template const& of, bool with_samples, std::filesystem::path const& path) {
  auto const rows = sheet_to_fill_in(of, with_samples, directory_of(path));
  auto const about = sheet_about_the_columns(of, directory_of(path));
  xlsx_sheet const* const sheets[] = {rows.get(), about.get()};
  write_workbook(path, sheets, {});
}

export_writer::export_writer(file_template const& of, std::filesystem::path path,
                             std::uint32_t max_sheet_rows)
    : template_(of), path_(std::move(path)), max_sheet_rows_(max_sheet_rows) {
  begin_sheet();
}

export_writer::~export_writer() = default;

void export_writer::begin_sheet() {
  auto name = sheet_name(template_);
  if (!sheets_.empty()) {
    sheets_.back()->finish();
    name += " (" + std::to_string(sheets_.size() + 1) + ")";
  }
  sheets_.push_back(std::make_unique<xlsx_sheet>(std::move(name), sheet_layout{.first = sheets_.empty()},
                                                 directory_of(path_), compression));
  write_header(*sheets_.back(), template_, false);
}

void export_writer::add(boost::json::object const& values) {
  if (sheets_.back()->rows() >= max_sheet_rows_) begin_sheet();
  auto& sheet = *sheets_.back();
  sheet.begin_row();
  for (auto const& c : template_.columns) {
    auto const* const value = values.if_contains(c.field);
    value ? write_value(sheet, *value) : sheet.skip();
  }
  sheet.end_row();
}

void export_writer::finish() {
  sheets_.back()->finish();
  std::vector<xlsx_sheet const*> sheets;
  for (auto const& sheet : sheets_) sheets.push_back(sheet.get());
  write_workbook(path_, sheets, {});
}

}  // namespace uploadproto::reference
