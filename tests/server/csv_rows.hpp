// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_SERVER_CSV_ROWS_HPP
#define UPLOADPROTO_TESTS_SERVER_CSV_ROWS_HPP

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/csv_parser.hpp"

namespace uploadproto::reference::test {

struct csv_record {
  std::uint64_t number;
  std::vector<std::string> fields;
  std::string problem;
  bool operator==(csv_record const&) const = default;
};

struct csv_result {
  std::vector<csv_record> rows;
  std::string refusal;  // of the file; "" when all was read
  bool operator==(csv_result const&) const = default;
};

/** Everything that a parser says about these bytes. `next_size` gives the size of the next piece, at least 1.
 */
template <class NextSize>
csv_result parse_csv(std::string_view bytes, csv_options const& options, NextSize next_size) {
  csv_result result;
  csv_parser parser(options);
  csv_row row;
  auto const drain = [&] {
    while (parser.next(row)) {
      csv_record r{row.number(), {}, row.problem()};
      for (std::size_t i = 0; i < row.size(); ++i) r.fields.emplace_back(row[i]);
      result.rows.push_back(std::move(r));
    }
  };
  try {
    while (!bytes.empty()) {
      std::size_t const size = std::min<std::size_t>(next_size(), bytes.size());
      parser.feed(bytes.substr(0, size));
      bytes.remove_prefix(size);
      drain();
    }
    parser.finish();
    drain();
  } catch (csv_error const& e) {
    result.refusal = e.what();
  }
  return result;
}

inline csv_result parse_csv(std::string_view bytes, csv_options const& options = {}) {
  return parse_csv(bytes, options, [&] { return bytes.size(); });
}

}  // namespace uploadproto::reference::test

#endif
