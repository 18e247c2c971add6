// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/file_upload/row_loader.hpp"

#include <boost/json/array.hpp>
#include <uploadproto/wire/json.hpp>
#include <utility>

#include "ingest/excerpt.hpp"
#include "storage/crash_point.hpp"
#include "storage/storage_error.hpp"

namespace uploadproto::reference {
namespace {

constexpr auto find_key =
    "SELECT job_seq, row FROM template_keys JOIN template_rows ON id = row_id "
    "WHERE template_keys.template = ? AND field = ? AND value = ?";
constexpr auto insert_row = "INSERT INTO template_rows (template, job_seq, row, content) VALUES (?, ?, ?, ?)";
constexpr auto insert_key = "INSERT INTO template_keys (template, field, value, row_id) VALUES (?, ?, ?, ?)";
constexpr auto note =
    "UPDATE file_loads SET total = ?, processed = ?, stored = ?, last_row = ?, errors = ?, error_count = ? "
    "WHERE job_id = ? AND EXISTS (SELECT 1 FROM file_upload_jobs "
    "WHERE seq = ? AND attempt = ? AND status = 'processing')";

std::string as_text(boost::json::value const& value) {
  std::string text;
  wire::append_json(text, value);
  return text;
}

boost::json::array as_array(std::vector<std::string> const& lines) {
  boost::json::array array;
  for (auto const& line : lines) array.emplace_back(line);
  return array;
}

}  // namespace

row_loader::row_loader(database& db, attempt_key attempt, std::string job_id, file_template const& through,
                       load_state& state)
    : database_(db),
      attempt_(attempt),
      job_id_(std::move(job_id)),
      template_(through),
      state_(state),
      connection_(db.connect(commit_survives::crash)),
      find_key_(*connection_, find_key),
      insert_row_(*connection_, insert_row),
      insert_key_(*connection_, insert_key),
      note_(*connection_, note) {}

void row_loader::begin() {
  if (!open_) open_.emplace(database_, *connection_);
}

void row_loader::add(judged_row row) {
  with_storage_errors("store a row", [&] {
    begin();
    if (row.problems.empty()) refuse_taken_keys(row);
    if (row.problems.empty()) store(row);
    ++state_.processed;
    state_.last_row = row.number;
    for (auto& problem : row.problems) state_.note(std::move(problem));
  });
}

/** Where a value of a unique column stands already. */
std::optional<std::string> row_loader::holder_of(template_column const& column, std::string const& key) {
  find_key_.reset();
  find_key_.bind(1, template_.name);
  find_key_.bind(2, column.field);
  find_key_.bind(3, key);
  if (!find_key_.executeStep()) return std::nullopt;
  if (find_key_.getColumn(0).getInt64() != attempt_.job_seq) return "is stored already";
  return "stands in row " + std::to_string(find_key_.getColumn(1).getInt64()) + " already";
}

void row_loader::refuse_taken_keys(judged_row& row) {
  for (auto const& column : template_.columns) {
    auto const* const value = column.unique ? row.values.if_contains(column.field) : nullptr;
    if (!value) continue;
    auto const key = unique_key(column.type, *value);
    if (auto const where = holder_of(column, key))
      row.problems.push_back(field_place(row.number, column) + "must be unique; \"" + excerpt(key) + "\" " +
                             *where);
  }
  find_key_.reset();
}

void row_loader::store(judged_row const& row) {
  insert_row_.reset();
  insert_row_.bind(1, template_.name);
  insert_row_.bind(2, attempt_.job_seq);
  insert_row_.bind(3, static_cast<std::int64_t>(row.number));
  insert_row_.bind(4, as_text(row.values));
  insert_row_.exec();
  auto const id = connection_->getLastInsertRowid();
  for (auto const& column : template_.columns) {
    auto const* const value = column.unique ? row.values.if_contains(column.field) : nullptr;
    if (!value) continue;
    insert_key_.reset();
    insert_key_.bind(1, template_.name);
    insert_key_.bind(2, column.field);
    insert_key_.bind(3, unique_key(column.type, *value));
    insert_key_.bind(4, id);
    insert_key_.exec();
  }
  ++state_.stored;
}

void row_loader::commit() {
  with_storage_errors("store rows", [&] {
    begin();
    note_.reset();
    note_.bind(1, static_cast<std::int64_t>(state_.total.value_or(0)));
    note_.bind(2, static_cast<std::int64_t>(state_.processed));
    note_.bind(3, static_cast<std::int64_t>(state_.stored));
    note_.bind(4, static_cast<std::int64_t>(state_.last_row));
    note_.bind(5, as_text(as_array(state_.errors)));
    note_.bind(6, static_cast<std::int64_t>(state_.error_count));
    note_.bind(7, job_id_);
    note_.bind(8, attempt_.job_seq);
    note_.bind(9, attempt_.attempt);
    if (note_.exec() == 0) throw attempt_over();
    crash_point("load: before the commit");
    open_->commit();
    open_.reset();
    crash_point("load: committed");
  });
}

}  // namespace uploadproto::reference
