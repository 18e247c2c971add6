// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "ingest/workbook_reader.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "ingest/file_signature.hpp"
#include "ingest/sheet_handler.hpp"
#include "ingest/string_table.hpp"
#include "ingest/workbook_parts.hpp"
#include "ingest/xml_parser.hpp"
#include "ingest/zip_archive.hpp"

namespace uploadproto::reference {

// Lives at one address: the parser and the handlers point at their neighbours.
struct workbook_reader::state {
  state(std::filesystem::path const& file, workbook_limits const& l, stop_requested s,
        std::filesystem::path const& spill_directory)
      : limits(l), stop(std::move(s)), archive(file, limits), parts(locate_parts(archive, limits, stop)) {
    if (parts.styles) styles = read_styles(archive, *parts.styles, limits, stop);
    if (parts.strings) {
      strings.emplace(limits, spill_directory);
      string_table_handler handler(*strings, limits);
      xml_parser(archive, *parts.strings, handler, limits, stop).run();
    }
    sheet_handler::context const context{strings ? &*strings : nullptr, &styles, parts.epoch_1904, &limits};
    sheet.emplace(context, [this] {
      found = true;
      parser->pause();
    });
    parser.emplace(archive, *parts.sheet, *sheet, limits, stop);
  }

  workbook_limits limits;
  stop_requested stop;
  zip_archive archive;
  workbook_parts parts;
  std::vector<shown_as> styles;
  std::optional<string_table> strings;
  std::optional<sheet_handler> sheet;
  std::optional<xml_parser> parser;
  bool found = false;
};

workbook_reader workbook_reader::open(std::filesystem::path const& file, workbook_limits const& limits,
                                      stop_requested stop, std::filesystem::path const& spill_directory) {
  require_zip(file);
  return workbook_reader(std::make_unique<state>(file, limits, std::move(stop), spill_directory));
}

workbook_reader::workbook_reader(std::unique_ptr<state> s) noexcept : state_(std::move(s)) {}
workbook_reader::workbook_reader(workbook_reader&&) noexcept = default;
workbook_reader& workbook_reader::operator=(workbook_reader&&) noexcept = default;
workbook_reader::~workbook_reader() = default;

bool workbook_reader::next(row& out) {
  state_->found = false;
  state_->sheet->fill(out);
  state_->parser->run();
  return state_->found;
}

std::string const& workbook_reader::sheet_name() const noexcept {
  return state_->parts.sheet_name;
}

std::uint64_t workbook_reader::bytes_read() const noexcept {
  return (state_->parts.strings ? state_->parts.strings->unpacked : 0) + state_->parser->bytes();
}

std::uint64_t workbook_reader::total() const noexcept {
  return (state_->parts.strings ? state_->parts.strings->unpacked : 0) + state_->parts.sheet->unpacked;
}

}  // namespace uploadproto::reference
