// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// CSV from a stranger (UP-P1): whatever the bytes, rows in order within the limits or one sentence, and the
// same whatever the pieces. The first byte chooses the encoding and the size of the pieces.
#include <cstdint>
#include <string>
#include <string_view>

#include "../require.hpp"
#include "csv_rows.hpp"
#include "ingest/excerpt.hpp"

namespace {

using namespace uploadproto::reference;
using uploadproto::test::require;

constexpr std::string_view encodings[] = {"", "UTF-16", "ISO-8859-1", "windows-1251"};

csv_options small_limits(std::string_view encoding) {
  csv_options options;
  options.encoding = encoding;
  options.limits = {6, 40, 50, 120};
  return options;
}

bool is_sentence(std::string_view text) {
  return text.starts_with("Row ") && text.ends_with('.') && excerpt(text, 1000) == text;
}

void check(test::csv_result const& result, csv_limits const& limits) {
  std::uint64_t last = 0;
  require(result.rows.size() <= limits.max_rows + 1);
  for (auto const& r : result.rows) {
    require(r.number > last);
    last = r.number;
    require(!r.fields.empty() && r.fields.size() <= limits.max_columns);
    std::size_t size = 0;
    for (auto const& field : r.fields) {
      require(field.size() <= limits.max_field_bytes && field.find('\0') == std::string::npos);
      size += field.size();
    }
    require(size > 0 || !r.problem.empty());
    require(size <= limits.max_line_bytes);
    require(r.problem.empty() || is_sentence(r.problem));
  }
  require(result.refusal.empty() || is_sentence(result.refusal));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view const input(reinterpret_cast<char const*>(data) + 1, size - 1);
  auto const options = small_limits(encodings[data[0] % 4]);
  std::size_t const piece = 1 + data[0] / 4 % 16;
  auto const whole = test::parse_csv(input, options);
  check(whole, options.limits);
  auto const pieces = test::parse_csv(input, options, [&] { return piece; });
  check(pieces, options.limits);
  // A limit may be noticed earlier in pieces; what was said before it is the same.
  bool const cut = whole.refusal.find(" longer than ") != std::string::npos;
  require(cut || whole == pieces);
  return 0;
}
