// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_INGEST_SHEET_HANDLER_HPP
#define UPLOADPROTO_REFERENCE_INGEST_SHEET_HANDLER_HPP

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/cell_text.hpp"
#include "ingest/row.hpp"
#include "ingest/string_table.hpp"
#include "ingest/workbook_reader.hpp"
#include "ingest/xml_parser.hpp"

namespace uploadproto::reference {

/// Reads a worksheet part: `worksheet > sheetData > row > c > v`, or `c > is > t` for texts that stand in the
/// cell itself. Elements it does not know are passed over with all that is in them. Rows must follow one
/// another downwards; cells may stand in any order within their row, but once only.
class sheet_handler final : public xml_handler {
 public:
  struct context {
    string_table* strings;  ///< null: the workbook shares no texts
    std::vector<shown_as> const* styles;
    bool epoch_1904;
    workbook_limits const* limits;
  };

  /// \param row_done  called at the end of each row that holds text; the row is filled until then.
  sheet_handler(context const& c, std::function<void()> row_done);

  /// Where the next rows go. Must be set before parsing goes on.
  void fill(row& target) noexcept { row_ = &target; }

  void start(std::string_view name, xml_attributes attributes) override;
  void end(std::string_view name) override;
  void text(std::string_view piece) override;

 private:
  // Where in the document the parser is; each state knows one or two children.
  enum class place : unsigned char { document, worksheet, data, row, cell, value, inline_text, run, piece };
  enum class cell_type : unsigned char { number, shared, text, inline_text, boolean, error };

  void start_row(xml_attributes attributes);
  void start_cell(xml_attributes attributes);
  void end_cell();
  void end_row();
  void shared_text();
  void set_cell(std::string_view text);
  std::string here() const;

  context context_;
  std::function<void()> row_done_;
  row* row_ = nullptr;

  place place_ = place::document;
  place run_ = place::inline_text;  // where the piece of text belongs: the cell itself, or a run of it
  std::size_t skipped_ = 0;         // depth inside an element that is passed over
  std::uint32_t row_number_ = 0;
  std::uint32_t column_ = 0;
  std::uint32_t next_column_ = 0;
  bool blank_ = true;
  cell_type type_ = cell_type::number;
  std::uint32_t style_ = 0;
  std::string value_;  // as stored
  std::string shown_;  // as delivered
  std::uint64_t delivered_ = 0;
};

}  // namespace uploadproto::reference

#endif
