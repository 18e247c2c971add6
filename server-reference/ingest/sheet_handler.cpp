// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "ingest/sheet_handler.hpp"

#include <charconv>
#include <optional>
#include <utility>

#include "ingest/excerpt.hpp"
#include "ingest/header_map.hpp"

namespace uploadproto::reference {
namespace {

[[noreturn]] void damaged(std::string const& what) {
  throw input_error(input_problem::damaged, "The workbook is damaged: " + what + ".");
}

[[noreturn]] void too_large(std::string const& what) {
  throw input_error(input_problem::too_large, what);
}

std::optional<std::uint32_t> parse_index(std::string_view text) noexcept {
  text = trim(text);
  std::uint32_t value = 0;
  auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || ec != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string in_quotes(std::string_view text) {
  return "\"" + excerpt(text) + "\"";
}

}  // namespace

sheet_handler::sheet_handler(context const& c, std::function<void()> row_done)
    : context_(c), row_done_(std::move(row_done)) {}

void sheet_handler::start(std::string_view name, xml_attributes attributes) {
  if (skipped_ > 0) {
    ++skipped_;
    return;
  }
  switch (place_) {
    case place::document:
      if (name != "worksheet") damaged("its first sheet is no worksheet");
      place_ = place::worksheet;
      return;
    case place::worksheet:
      if (name == "sheetData") {
        place_ = place::data;
        return;
      }
      break;
    case place::data:
      if (name == "row") {
        start_row(attributes);
        place_ = place::row;
        return;
      }
      break;
    case place::row:
      if (name == "c") {
        start_cell(attributes);
        place_ = place::cell;
        return;
      }
      break;
    case place::cell:
      if (name == "v" && type_ != cell_type::inline_text) {
        place_ = place::value;
        return;
      }
      if (name == "is" && type_ == cell_type::inline_text) {
        place_ = place::inline_text;
        return;
      }
      break;
    case place::inline_text:
    case place::run:
      if (name == "t") {
        run_ = place_;
        place_ = place::piece;
        return;
      }
      if (name == "r" && place_ == place::inline_text) {
        place_ = place::run;
        return;
      }
      break;
    case place::value:
    case place::piece:
      break;
  }
  skipped_ = 1;
}

void sheet_handler::end(std::string_view) {
  if (skipped_ > 0) {
    --skipped_;
    return;
  }
  switch (place_) {
    case place::piece:
      place_ = run_;
      return;
    case place::run:
      place_ = place::inline_text;
      return;
    case place::value:
    case place::inline_text:
      place_ = place::cell;
      return;
    case place::cell:
      end_cell();
      place_ = place::row;
      return;
    case place::row:
      place_ = place::data;
      end_row();
      return;
    case place::data:
      place_ = place::worksheet;
      return;
    case place::worksheet:
    case place::document:
      place_ = place::document;
      return;
  }
}

void sheet_handler::text(std::string_view piece) {
  if (skipped_ > 0 || (place_ != place::value && place_ != place::piece)) return;
  if (value_.size() + piece.size() > context_.limits->max_cell_bytes)
    too_large("The text of cell " + here() + " is longer than the 32,767 characters that a cell can hold.");
  value_.append(piece);
}

void sheet_handler::start_row(xml_attributes attributes) {
  std::uint32_t const before = row_number_;
  if (char const* const stated = attributes.find("r")) {
    auto const number = parse_index(stated);
    if (!number || *number == 0) damaged("it has a row with the number " + in_quotes(stated));
    row_number_ = *number;
  } else {
    ++row_number_;
  }
  if (row_number_ > context_.limits->max_rows)
    too_large("The worksheet has a row " + std::to_string(row_number_) + "; at most " +
              std::to_string(context_.limits->max_rows) + " rows are allowed.");
  if (row_number_ <= before)
    damaged("row " + std::to_string(row_number_) + " stands after row " + std::to_string(before));
  row_->reset(row_number_);
  next_column_ = 0;
  blank_ = true;
}

void sheet_handler::start_cell(xml_attributes attributes) {
  column_ = next_column_;
  if (char const* const stated = attributes.find("r")) {
    auto const position = parse_cell_reference(stated);
    if (!position) damaged("it has a cell with the impossible place " + in_quotes(stated));
    if (position->row != row_number_)
      damaged("the cell " + in_quotes(stated) + " stands in row " + std::to_string(row_number_));
    column_ = position->column;
  }
  if (column_ >= context_.limits->max_columns)
    too_large("The worksheet has a cell " + here() + "; at most " +
              std::to_string(context_.limits->max_columns) + " columns are allowed.");
  next_column_ = column_ + 1;

  char const* const type = attributes.find("t");
  std::string_view const t = type ? type : "n";
  type_ = t == "s"           ? cell_type::shared
          : t == "inlineStr" ? cell_type::inline_text
          : t == "b"         ? cell_type::boolean
          : t == "e"         ? cell_type::error
          : t == "n"         ? cell_type::number
                     : cell_type::text;  // `str`: the result of a formula; `d`: a date, ISO 8601 already
  char const* const style = attributes.find("s");
  style_ = style ? parse_index(style).value_or(0) : 0;
  value_.clear();
}

void sheet_handler::end_cell() {
  if (value_.empty()) return;
  switch (type_) {
    case cell_type::shared:
      return shared_text();
    case cell_type::boolean:
      return set_cell(trim(value_) == "0" ? "FALSE" : "TRUE");
    case cell_type::error:
      return set_cell(value_);
    case cell_type::text:
    case cell_type::inline_text:
      decode_escapes(value_);
      return set_cell(value_);
    case cell_type::number:
      break;
  }
  shown_.clear();
  auto const& styles = *context_.styles;
  shown_as const as = style_ < styles.size() ? styles[style_] : shown_as::number;
  if (as == shown_as::number)
    append_number(shown_, value_);
  else
    append_date(shown_, value_, as, context_.epoch_1904);
  set_cell(shown_);
}

void sheet_handler::shared_text() {
  auto const index = parse_index(value_);
  std::uint32_t const size = context_.strings ? context_.strings->size() : 0;
  if (!index || *index >= size)
    damaged("cell " + here() + " shows the shared text " + in_quotes(value_) + ", but there are " +
            std::to_string(size));
  set_cell((*context_.strings)[*index]);
}

void sheet_handler::set_cell(std::string_view text) {
  auto const& limits = *context_.limits;
  if (row_->bytes() + text.size() > limits.max_row_bytes)
    too_large("Row " + std::to_string(row_number_) + " holds more than " +
              std::to_string(limits.max_row_bytes >> 10) + " KiB of text.");
  // A few shared texts can be shown by very many cells.
  if ((delivered_ += text.size()) > limits.max_unpacked_bytes)
    throw input_error(input_problem::bomb, "The workbook looks like a bomb: its cells show more than " +
                                               std::to_string(limits.max_unpacked_bytes >> 20) +
                                               " MiB of text.");
  if (!row_->set(column_, text)) damaged("the cell " + here() + " stands there twice");
  if (blank_ && !trim(text).empty()) blank_ = false;
}

void sheet_handler::end_row() {
  if (!blank_) row_done_();
}

std::string sheet_handler::here() const {
  return column_letters(column_) + std::to_string(row_number_);
}

}  // namespace uploadproto::reference
