// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "ingest/csv_delimiter.hpp"

#include <compare>

namespace uploadproto::reference {
namespace {

constexpr int rows_looked_at = 32;

struct evidence {
  int rows = 0;     // below the header, with as many columns as it
  int columns = 0;  // of the header; 0: the delimiter is not in it
  auto operator<=>(evidence const&) const = default;
};

// Columns of the row at the front, which is taken off. A quote counts only where a field begins.
int take_row(std::string_view& text, char delimiter) noexcept {
  int columns = 1;
  bool quoted = false, field_begins = true;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    char const c = text[i];
    if (quoted) {
      quoted = c != '"';
    } else if (c == '"') {
      quoted = field_begins || (i > 0 && text[i - 1] == '"');
    } else if (c == '\n' || c == '\r') {
      break;
    } else if (c == delimiter) {
      ++columns;
    }
    field_begins = c == delimiter;
  }
  while (i < text.size() && (text[i] == '\n' || text[i] == '\r')) ++i;
  text.remove_prefix(i);
  return columns;
}

evidence look_for(char delimiter, std::string_view text) noexcept {
  evidence found;
  int const columns = take_row(text, delimiter);
  if (columns < 2) return found;
  found.columns = columns;
  for (int i = 0; i < rows_looked_at && !text.empty(); ++i)
    if (take_row(text, delimiter) == columns) ++found.rows;
  return found;
}

}  // namespace

char find_csv_delimiter(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == '\n' || text.front() == '\r')) text.remove_prefix(1);
  char best = csv_delimiters.front();
  evidence most;
  for (char const candidate : csv_delimiters)
    if (auto const found = look_for(candidate, text); found > most) {
      most = found;
      best = candidate;
    }
  return best;
}

}  // namespace uploadproto::reference
