// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/file_upload/load_table.hpp"

#include <SQLiteCpp/Statement.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <cmath>
#include <uploadproto/wire/json.hpp>

#include "pipelines/wording.hpp"
#include "storage/storage_error.hpp"

namespace uploadproto::reference {

void load_state::note(std::string problem) {
  if (error_count++ < max_listed_errors) errors.push_back(std::move(problem));
}

std::vector<std::string> load_state::error_lines() const {
  auto lines = errors;
  if (auto const more = error_count - errors.size(); more != 0)
    lines.push_back("… and " + counted(more, "more error", "more errors"));
  return lines;
}

double load_state::percent() const {
  auto const all = total.value_or(0);
  if (all == 0) return 0;
  return std::floor(1000.0 * static_cast<double>(processed) / static_cast<double>(all)) / 10;
}

load_table::load_table(database& db) : database_(db), connection_(db.connect(commit_survives::power_loss)) {}

void load_table::put(std::string const& job_id, file_template const& through) {
  with_storage_errors("store the job", [&] {
    std::lock_guard lock(mutex_);
    write_transaction transaction(database_, *connection_);
    SQLite::Statement insert(
        *connection_, "INSERT OR REPLACE INTO file_loads (job_id, template, definition) VALUES (?, ?, ?)");
    insert.bind(1, job_id);
    insert.bind(2, through.name);
    insert.bind(3, through.source);
    insert.exec();
    transaction.commit();
  });
}

std::optional<load_state> load_table::find(std::string const& job_id) const {
  return with_storage_errors("look a job up", [&]() -> std::optional<load_state> {
    std::lock_guard lock(mutex_);
    SQLite::Statement query(
        *connection_,
        "SELECT template, definition, total, processed, stored, last_row, error_count, errors "
        "FROM file_loads WHERE job_id = ?");
    query.bind(1, job_id);
    if (!query.executeStep()) return std::nullopt;
    auto const count = [&](int column) {
      return static_cast<std::uint64_t>(query.getColumn(column).getInt64());
    };
    load_state found;
    found.template_name = query.getColumn(0).getString();
    found.definition = query.getColumn(1).getString();
    if (!query.isColumnNull(2)) found.total = count(2);
    found.processed = count(3);
    found.stored = count(4);
    found.last_row = count(5);
    found.error_count = count(6);
    auto const errors = wire::parse_json(query.getColumn(7).getString());
    if (!errors || !errors->is_array()) throw std::runtime_error("The table of loads holds what is no list");
    for (auto const& line : errors->get_array())
      found.errors.emplace_back(line.as_string().data(), line.as_string().size());
    return found;
  });
}

}  // namespace uploadproto::reference
