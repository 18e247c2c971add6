// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "storage/member_writer.hpp"

#include <algorithm>

#include "storage/crash_point.hpp"
#include "storage/storage_error.hpp"

namespace uploadproto::reference {
namespace {

constexpr std::string_view date_joined = "date_joined";

// Parameter 1 is the id, 2 the job, 3 the default joining date; the fields follow.
constexpr int first_field = 4;

std::string upsert_text(std::span<std::string_view const> fields) {
  std::string names, values, changes;
  std::string joined = "?3";
  for (std::size_t i = 0; i < fields.size(); ++i) {
    auto const parameter = "?" + std::to_string(first_field + static_cast<int>(i));
    if (fields[i] == date_joined) {
      joined = "coalesce(" + parameter + ", ?3)";
      continue;
    }
    std::string const name(fields[i]);
    names += ", " + name;
    values += ", " + parameter;
    changes += ", " + name + " = coalesce(excluded." + name + ", " + name + ")";
  }
  return "INSERT INTO members (id_number, created_by_job, date_joined" + names + ") VALUES (?1, ?2, " +
         joined + values + ") ON CONFLICT (id_number) DO UPDATE SET updated_by_job = ?2" + changes +
         " RETURNING created_by_job";
}

// SQLite says "CHECK constraint failed: <name>", and the schema's names are sentences.
std::string reason_of(char const* message) {
  std::string_view text = message;
  if (auto const colon = text.find(": "); colon != std::string_view::npos) text.remove_prefix(colon + 2);
  return "The database refused the row: " + std::string(text);
}

// One byte a row; after those the reasons of the refused ones, each behind its size in four bytes.
std::string encode(std::vector<member_result> const& results) {
  std::string text;
  for (auto const& r : results) text.push_back(static_cast<char>(r.outcome));
  for (auto const& r : results) {
    if (r.outcome != member_outcome::refused) continue;
    for (unsigned shift = 0; shift < 32; shift += 8)
      text.push_back(static_cast<char>(r.reason.size() >> shift));
    text += r.reason;
  }
  return text;
}

bool decode(std::string_view text, std::size_t rows, std::vector<member_result>& results) {
  if (text.size() < rows) return false;
  auto reasons = text.substr(rows);
  results.assign(rows, {});
  for (std::size_t row = 0; row < rows; ++row) {
    results[row].outcome = static_cast<member_outcome>(text[row]);
    if (results[row].outcome != member_outcome::refused) continue;
    if (reasons.size() < 4) return false;
    std::size_t size = 0;
    for (unsigned i = 0; i < 4; ++i) size |= std::size_t{static_cast<unsigned char>(reasons[i])} << (8 * i);
    if (reasons.size() - 4 < size) return false;
    results[row].reason = reasons.substr(4, size);
    reasons.remove_prefix(4 + size);
  }
  return true;
}

std::int64_t rows_with(std::vector<member_result> const& results, member_outcome outcome) {
  return std::count_if(results.begin(), results.end(), [&](auto const& r) { return r.outcome == outcome; });
}

}  // namespace

member_writer::member_writer(database& db, attempt_key attempt, std::span<std::string_view const> fields,
                             std::string joined)
    : database_(db),
      attempt_(attempt),
      date_joined_(std::move(joined)),
      connection_(db.connect(commit_survives::crash)),
      upsert_(prepare(*connection_, upsert_text(fields))),
      find_note_(*connection_,
                 "SELECT digest, outcomes FROM bulk_upload_batches WHERE job_seq = ? AND batch = ?"),
      add_note_(*connection_, "INSERT INTO bulk_upload_batches VALUES (?, ?, ?, ?, ?, ?, ?)"),
      add_counts_(
          *connection_,
          "UPDATE bulk_upload_jobs SET inserts = coalesce(inserts, 0) + ?1, updates = coalesce(updates, 0) + "
          "?2, errors = coalesce(errors, 0) + ?3 WHERE seq = ?4 AND attempt = ?5 AND status = 'processing'") {
}

void member_writer::apply(member_batch const& batch, std::vector<member_result>& results) {
  with_storage_errors("store a batch of members", [&] {
    results.assign(batch.size(), {});
    auto const digest = batch.digest();
    if (notes_ahead_ && recall(digest, results)) {
      ++next_batch_;
      return;
    }
    write_transaction transaction(database_, *connection_);
    if (notes_ahead_) forget_from_here();
    for (std::size_t row = 0; row < batch.size(); ++row) write(batch, row, results[row]);
    note(digest, results);
    count(results);
    crash_point("batch: before the commit");
    transaction.commit();
    crash_point("batch: committed");
    notes_ahead_ = false;
    ++next_batch_;
  });
}

bool member_writer::recall(std::uint64_t digest, std::vector<member_result>& results) {
  find_note_.reset();
  find_note_.bind(1, attempt_.job_seq);
  find_note_.bind(2, next_batch_);
  bool const same = find_note_.executeStep() &&
                    static_cast<std::uint64_t>(find_note_.getColumn(0).getInt64()) == digest &&
                    decode(find_note_.getColumn(1).getString(), results.size(), results);
  find_note_.reset();
  return same;
}

void member_writer::forget_from_here() {
  SQLite::Statement forget(*connection_, "DELETE FROM bulk_upload_batches WHERE job_seq = ? AND batch >= ?");
  forget.bind(1, attempt_.job_seq);
  forget.bind(2, next_batch_);
  if (forget.exec() == 0) return;
  SQLite::Statement recount(
      *connection_,
      "UPDATE bulk_upload_jobs SET (inserts, updates, errors) = (SELECT coalesce(sum(inserts), 0), "
      "coalesce(sum(updates), 0), coalesce(sum(errors), 0) FROM bulk_upload_batches WHERE job_seq = ?1) "
      "WHERE seq = ?1 AND attempt = ?2 AND status = 'processing'");
  recount.bind(1, attempt_.job_seq);
  recount.bind(2, attempt_.attempt);
  if (recount.exec() == 0) throw attempt_over();
}

void member_writer::write(member_batch const& batch, std::size_t row, member_result& result) {
  // Text is bound without a copy: the batch outlives the step. An empty value is NULL, which changes nothing.
  auto* const statement = upsert_.get();
  auto const bind = [&](int parameter, std::string_view text) {
    if (text.empty())
      sqlite3_bind_null(statement, parameter);
    else
      bind_text(statement, parameter, text);
  };
  bind(1, batch.id(row));
  sqlite3_bind_int64(statement, 2, attempt_.job_seq);
  bind(3, date_joined_);
  for (std::size_t field = 0; field < batch.fields(); ++field)
    bind(first_field + static_cast<int>(field), batch.value(row, field));

  int code = sqlite3_step(statement);
  if (code == SQLITE_ROW) {
    bool const ours = sqlite3_column_int64(statement, 0) == attempt_.job_seq;
    result.outcome = ours ? member_outcome::inserted : member_outcome::updated;
    code = sqlite3_step(statement);
  }
  if (code == SQLITE_CONSTRAINT) {
    result = {member_outcome::refused, reason_of(sqlite3_errmsg(connection_->getHandle()))};
  } else if (code != SQLITE_DONE) {
    SQLite::Exception const error(connection_->getHandle(), code);
    sqlite3_reset(statement);
    throw error;
  }
  sqlite3_reset(statement);
}

void member_writer::note(std::uint64_t digest, std::vector<member_result> const& results) {
  auto const outcomes = encode(results);
  add_note_.reset();
  add_note_.bind(1, attempt_.job_seq);
  add_note_.bind(2, next_batch_);
  add_note_.bind(3, static_cast<std::int64_t>(digest));
  add_note_.bind(4, rows_with(results, member_outcome::inserted));
  add_note_.bind(5, rows_with(results, member_outcome::updated));
  add_note_.bind(6, rows_with(results, member_outcome::refused));
  add_note_.bind(7, outcomes.data(), static_cast<int>(outcomes.size()));
  add_note_.exec();
}

void member_writer::count(std::vector<member_result> const& results) {
  add_counts_.reset();
  add_counts_.bind(1, rows_with(results, member_outcome::inserted));
  add_counts_.bind(2, rows_with(results, member_outcome::updated));
  add_counts_.bind(3, rows_with(results, member_outcome::refused));
  add_counts_.bind(4, attempt_.job_seq);
  add_counts_.bind(5, attempt_.attempt);
  // A cancelled attempt commits nothing any more: what the cancellation said of the counts stays true
  // (BU-H4).
  if (add_counts_.exec() == 0) throw attempt_over();
}

void member_writer::finish() {
  if (!notes_ahead_) return;
  with_storage_errors("store the members", [&] {
    write_transaction transaction(database_, *connection_);
    forget_from_here();
    transaction.commit();
  });
  notes_ahead_ = false;
}

}  // namespace uploadproto::reference
