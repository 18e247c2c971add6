// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "storage/transaction_writer.hpp"

#include "storage/crash_point.hpp"
#include "storage/storage_error.hpp"

namespace uploadproto::reference {

transaction_writer::transaction_writer(database& db, attempt_key attempt, std::size_t rows_a_commit)
    : database_(db),
      attempt_(attempt),
      rows_a_commit_(rows_a_commit),
      connection_(db.connect(commit_survives::crash)),
      insert_(prepare(
          *connection_,
          "INSERT INTO transactions (import_batch, row, date, amount, description, vendor, reference) "
          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE SET date = ?3, amount = ?4, "
          "description = ?5, vendor = ?6, reference = ?7")),
      categorise_(prepare(
          *connection_,
          "UPDATE transactions SET category = ?3, decided_by = ?4 WHERE import_batch = ?1 AND row = ?2")),
      note_(*connection_,
            "UPDATE upload_progress_jobs SET inserts = max(coalesce(inserts, 0), ?1), updates = 0, errors = "
            "0 WHERE seq = ?2 "
            "AND attempt = ?3 AND status = 'processing'") {
  sqlite3_bind_int64(insert_.get(), 1, attempt_.job_seq);
  sqlite3_bind_int64(categorise_.get(), 1, attempt_.job_seq);
}

void transaction_writer::add(stored_transaction const& row) {
  auto* const statement = insert_.get();
  sqlite3_bind_int64(statement, 2, static_cast<std::int64_t>(row.row));
  bind_text(statement, 3, row.date);
  sqlite3_bind_int64(statement, 4, row.amount);
  bind_text(statement, 5, row.description);
  bind_text(statement, 6, row.vendor);
  bind_text(statement, 7, row.reference);
  ++added_;  // first: the run may commit
  run(statement);
}

void transaction_writer::categorise(std::uint64_t row, int category, int decided_by) {
  auto* const statement = categorise_.get();
  sqlite3_bind_int64(statement, 2, static_cast<std::int64_t>(row));
  sqlite3_bind_int(statement, 3, category);
  sqlite3_bind_int(statement, 4, decided_by);
  run(statement);
}

void transaction_writer::run(sqlite3_stmt* statement) {
  with_storage_errors("store the transactions", [&] {
    if (!open_) open_.emplace(database_, *connection_);
    auto const code = sqlite3_step(statement);
    if (code != SQLITE_DONE) {
      SQLite::Exception const error(connection_->getHandle(), code);
      sqlite3_reset(statement);
      open_.reset();
      throw error;
    }
    sqlite3_reset(statement);
    if (++in_transaction_ >= rows_a_commit_) commit();
  });
}

void transaction_writer::commit() {
  note_.reset();
  note_.bind(1, static_cast<std::int64_t>(added_));
  note_.bind(2, attempt_.job_seq);
  note_.bind(3, attempt_.attempt);
  if (note_.exec() == 0) {
    open_.reset();
    throw attempt_over();
  }
  crash_point("transactions: before the commit");
  open_->commit();
  crash_point("transactions: committed");
  open_.reset();
  in_transaction_ = 0;
  committed_ = added_;
}

void transaction_writer::finish() {
  if (open_) with_storage_errors("store the transactions", [&] { commit(); });
}

}  // namespace uploadproto::reference
