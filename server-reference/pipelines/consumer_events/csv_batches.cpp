// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/consumer_events/csv_batches.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "ingest/csv_reader.hpp"
#include "ingest/excerpt.hpp"
#include "pipelines/consumer_events/envelope.hpp"

namespace uploadproto::reference {
namespace {

using column_map = std::array<std::size_t, order_fields.size()>;

// Longer than any good cell by far; what is cut off was too long anyway, and a batch stays small.
constexpr std::size_t longest_cell = 2048;

/** Lower case, without the blanks around it. */
std::string folded(std::string_view text) {
  std::string out;
  for (char const c : text) out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  auto const begin = out.find_first_not_of(" \t");
  if (begin == std::string::npos) return {};
  return out.substr(begin, out.find_last_not_of(" \t") - begin + 1);
}

std::string header_text(csv_row const& header) {
  std::string all;
  for (std::size_t i = 0; i < std::min<std::size_t>(header.size(), 10); ++i)
    all += (all.empty() ? "" : ", ") + excerpt(header[i]);
  return all + (header.size() > 10 ? ", …" : "");
}

column_map read_header(csv_row const& header) {
  column_map map{};
  std::string missing;
  for (std::size_t field = 0; field < order_fields.size(); ++field) {
    std::size_t found = header.size();
    for (std::size_t i = 0; i < header.size(); ++i) {
      if (folded(header[i]) != folded(order_fields[field])) continue;
      if (found != header.size())
        throw csv_error(input_problem::missing_column, header.number(), static_cast<std::uint32_t>(i + 1),
                        "The header has the column " + std::string(order_fields[field]) + " twice.");
      found = i;
    }
    if (found == header.size()) missing += (missing.empty() ? "" : ", ") + std::string(order_fields[field]);
    map[field] = found;
  }
  if (!missing.empty())
    throw csv_error(input_problem::missing_column, header.number(), 0,
                    "The header lacks " + missing + "; its columns are " + header_text(header) + ".");
  return map;
}

/** Not through the middle of a character. */
std::string cell_of(std::string_view text) {
  if (text.size() <= longest_cell) return std::string(text);
  auto end = longest_cell;
  while (end > 0 && (text[end] & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

order_row row_of(csv_row const& from, column_map const& map) {
  order_row row{from.number()};
  if (!from.problem().empty()) {
    row.content = from.problem();
    return row;
  }
  std::array<std::string, order_fields.size()> cells;
  for (std::size_t field = 0; field < cells.size(); ++field) cells[field] = cell_of(from[map[field]]);
  row.content = std::move(cells);
  return row;
}

}  // namespace

csv_batches read_csv_batches(std::filesystem::path const& file, std::filesystem::path const& work,
                             std::uint64_t max_rows) {
  csv_options options;
  options.limits.max_rows = max_rows;
  auto reader = csv_reader::open(file, options);
  csv_row row;
  if (!reader.next(row)) throw input_error(input_problem::no_header, "The file has no text in it.");
  auto const map = read_header(row);

  csv_batches batches{spool(work), {}, 0};
  std::string text;
  std::uint32_t size = 0;
  auto const close_batch = [&] {
    batches.rows.put(text);
    batches.sizes.push_back(size);
    text.clear();
    size = 0;
  };
  while (reader.next(row)) {
    append_row(text, row_of(row, map));
    ++batches.total;
    if (++size == rows_in_a_batch) close_batch();
  }
  if (size != 0) close_batch();
  if (batches.sizes.empty())
    throw input_error(input_problem::no_rows, "The file has no rows below its header.");
  return batches;
}

}  // namespace uploadproto::reference
