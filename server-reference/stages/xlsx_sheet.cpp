// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "stages/xlsx_sheet.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "ingest/cell_text.hpp"
#include "ingest/excerpt.hpp"
#include "stages/xlsx_styles.hpp"
#include "stages/xlsx_text.hpp"

namespace uploadproto::reference {
namespace {

constexpr std::size_t flush_at = 64 * 1024;
constexpr std::size_t narrowest = 8;
constexpr std::size_t broadest = 48;
constexpr std::size_t max_hint_title = 31;  // Excel's own bounds, with room for the mark of what was cut off
constexpr std::size_t max_hint_text = 254;
constexpr std::uint32_t last_hint_row =
    1001;  // libraries that keep a hint by cell take long over whole columns

// `A` … `XFD`, made once.
std::string const& letters(std::uint32_t column) {
  static std::vector<std::string> const table = [] {
    std::vector<std::string> all(16'384);
    for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = column_letters(i);
    return all;
  }();
  return table[std::min<std::size_t>(column, table.size() - 1)];
}

bool keeps_space(std::string_view text) noexcept {
  auto const space = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  return space(text.front()) || space(text.back()) || text.find('\n') != std::string_view::npos;
}

}  // namespace

std::string cell_range(std::uint32_t columns, std::uint32_t rows, bool absolute) {
  std::string const dollar = absolute ? "$" : "";
  return dollar + "A" + dollar + "1:" + dollar + column_letters(std::max(columns, 1u) - 1) + dollar +
         std::to_string(std::max(rows, 1u));
}

xlsx_sheet::xlsx_sheet(std::string name, sheet_layout layout, std::filesystem::path const& directory,
                       int compression)
    : name_(std::move(name)), layout_(layout), part_(directory, compression) {
  xml_.reserve(flush_at + flush_at / 4);
}

void xlsx_sheet::begin_row() {
  ++row_;
  column_ = 0;
  auto const end = std::to_chars(row_digits_, row_digits_ + sizeof row_digits_, row_).ptr;
  row_digits_size_ = static_cast<std::size_t>(end - row_digits_);
  xml_.append("<row r=\"").append(row_digits_, row_digits_size_).append("\">");
}

void xlsx_sheet::end_row() {
  xml_ += "</row>";
  widest_ = std::max(widest_, column_);
  if (xml_.size() >= flush_at) flush();
}

void xlsx_sheet::open_cell(unsigned style) {
  xml_.append("<c r=\"").append(letters(column_)).append(row_digits_, row_digits_size_);
  if (style != 0) xml_.append("\" s=\"").append(std::to_string(style));
}

void xlsx_sheet::text(std::string_view value, cell_style style) {
  if (value.empty()) return skip();
  text_danger const danger = danger_of(value);
  open_cell(style_index(style, danger != text_danger::none));
  xml_ +=
      keeps_space(value) ? "\" t=\"inlineStr\"><is><t xml:space=\"preserve\">" : "\" t=\"inlineStr\"><is><t>";
  bool const apostrophe = danger == text_danger::formula;
  if (apostrophe) xml_ += '\'';
  widen(append_cell_text(xml_, value, max_cell_characters - (apostrophe ? 1 : 0)));
  xml_ += "</t></is></c>";
  ++column_;
}

void xlsx_sheet::number(std::uint64_t value, cell_style style) {
  decimal(std::to_string(value), style);
}

void xlsx_sheet::decimal(std::string_view digits, cell_style style) {
  open_cell(style_index(style, false));
  xml_.append("\"><v>").append(digits).append("</v></c>");
  widen(digits.size());
  ++column_;
}

void xlsx_sheet::boolean(bool value) {
  open_cell(style_index(cell_style::general, false));
  xml_ += value ? "\" t=\"b\"><v>1</v></c>" : "\" t=\"b\"><v>0</v></c>";
  widen(5);
  ++column_;
}

void xlsx_sheet::widen(std::size_t characters) {
  if (head_written_) return;
  if (column_ >= widths_.size()) widths_.resize(column_ + 1);
  widths_[column_] = std::max(widths_[column_], characters);
}

void xlsx_sheet::flush() {
  if (!head_written_) write_head();
  part_.write(xml_);
  xml_.clear();
}

void xlsx_sheet::write_head() {
  std::string head =
      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
      "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetViews>";
  head += layout_.first ? "<sheetView tabSelected=\"1\" workbookViewId=\"0\">"
                        : "<sheetView workbookViewId=\"0\">";
  if (layout_.table)
    head +=
        "<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>"
        "<selection pane=\"bottomLeft\"/>";
  head += "</sheetView></sheetViews><sheetFormatPr defaultRowHeight=\"15\"/>";
  if (!widths_.empty()) {
    head += "<cols>";
    for (std::size_t i = 0; i < widths_.size(); ++i) {
      std::string const number = std::to_string(i + 1);
      std::size_t const room = layout_.table ? 4 : 2;  // the button of the filter
      std::string const width = std::to_string(std::clamp(widths_[i] + room, narrowest, broadest));
      head +=
          "<col min=\"" + number + "\" max=\"" + number + "\" width=\"" + width + "\" customWidth=\"1\"/>";
    }
    head += "</cols>";
  }
  part_.write(head + "<sheetData>");
  head_written_ = true;
}

void xlsx_sheet::finish() {
  std::string const range = cell_range(widest_, row_, false);
  xml_ += "</sheetData>";
  if (layout_.table && row_ > 0) xml_ += "<autoFilter ref=\"" + range + "\"/>";
  append_hints();
  // Digits kept as text are no mistake here.
  if (row_ > 0)
    xml_ += "<ignoredErrors><ignoredError sqref=\"" + range + "\" numberStoredAsText=\"1\"/></ignoredErrors>";
  xml_ += "</worksheet>";
  flush();
  part_.finish();
  xml_ = {};
}

void xlsx_sheet::append_hints() {
  if (layout_.hints.empty()) return;
  xml_ += "<dataValidations count=\"" + std::to_string(layout_.hints.size()) + "\">";
  for (std::size_t i = 0; i < layout_.hints.size(); ++i) {
    auto const& hint = layout_.hints[i];
    auto const& column = letters(static_cast<std::uint32_t>(i));
    xml_ += "<dataValidation";
    if (!hint.choices.empty()) xml_ += " type=\"list\"";
    xml_ += " allowBlank=\"1\" showInputMessage=\"1\" promptTitle=\"";
    append_attribute(xml_, excerpt(hint.title, max_hint_title));
    xml_ += "\" prompt=\"";
    append_attribute(xml_, excerpt(hint.text, max_hint_text));
    xml_ += "\" sqref=\"" + column + "2:" + column + std::to_string(last_hint_row) + "\"";
    if (hint.choices.empty()) {
      xml_ += "/>";
      continue;
    }
    xml_ += "><formula1>\"";
    for (auto const& choice : hint.choices) {
      if (&choice != &hint.choices.front()) xml_ += ',';
      append_attribute(xml_, choice);
    }
    xml_ += "\"</formula1></dataValidation>";
  }
  xml_ += "</dataValidations>";
}

}  // namespace uploadproto::reference
