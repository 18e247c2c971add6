// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/file_upload/stored_rows.hpp"

#include <SQLiteCpp/Statement.h>

#include <algorithm>
#include <stdexcept>
#include <uploadproto/wire/json.hpp>
#include <utility>

#include "storage/storage_error.hpp"

namespace uploadproto::reference {
namespace {

boost::json::object content_of(SQLite::Column const& column) {
  auto content = wire::parse_json(column.getString());
  if (!content || !content->is_object()) throw std::runtime_error("A stored row is no JSON object");
  return std::move(content->get_object());
}

}  // namespace

stored_page read_page(database const& db, std::string const& template_name, std::uint64_t page,
                      std::uint64_t limit) {
  return with_storage_errors("read rows", [&] {
    constexpr std::uint64_t last_page = 1'000'000'000;
    stored_page found;
    found.page = std::clamp<std::uint64_t>(page, 1, last_page);
    found.limit = std::clamp<std::uint64_t>(limit, 1, 100);
    auto const connection = db.connect(commit_survives::crash);
    SQLite::Statement count(*connection, "SELECT count(*) FROM template_rows WHERE template = ?");
    count.bind(1, template_name);
    count.executeStep();
    found.total = static_cast<std::uint64_t>(count.getColumn(0).getInt64());
    SQLite::Statement rows(
        *connection, "SELECT content FROM template_rows WHERE template = ? ORDER BY id LIMIT ? OFFSET ?");
    rows.bind(1, template_name);
    rows.bind(2, static_cast<std::int64_t>(found.limit));
    rows.bind(3, static_cast<std::int64_t>((found.page - 1) * found.limit));
    while (rows.executeStep()) found.rows.push_back(content_of(rows.getColumn(0)));
    return found;
  });
}

void for_each_stored_row(database const& db, std::string const& template_name,
                         std::function<void(boost::json::object const&)> const& take) {
  with_storage_errors("read rows", [&] {
    auto const connection = db.connect(commit_survives::crash);
    SQLite::Statement rows(*connection, "SELECT content FROM template_rows WHERE template = ? ORDER BY id");
    rows.bind(1, template_name);
    while (rows.executeStep()) take(content_of(rows.getColumn(0)));
  });
}

}  // namespace uploadproto::reference
