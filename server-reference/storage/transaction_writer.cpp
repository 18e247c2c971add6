// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "storage/transaction_writer.hpp"

#include <algorithm>

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
      categorise_(nullptr, &sqlite3_finalize),
      note_(*connection_,
            "UPDATE upload_progress_jobs SET inserts = max(coalesce(inserts, 0), ?1), updates = 0, errors = "
            "0 WHERE seq = ?2 "
            "AND attempt = ?3 AND status = 'processing'") {
  sqlite3_bind_int64(insert_.get(), 1, attempt_.job_seq);
  auto const made =
      sqlite3_create_function(connection_->getHandle(), "decided", 3, SQLITE_UTF8 | SQLITE_DIRECTONLY,
                              decided_.get(), look_up_decision, nullptr, nullptr);
  if (made != SQLITE_OK) throw SQLite::Exception(connection_->getHandle(), made);
  // One walk along some thousand rows takes half as long as an update of each.
  categorise_ =
      prepare(*connection_,
              "UPDATE transactions SET category = decided(row, 0, category), decided_by = decided(row, 1, "
              "decided_by) WHERE import_batch = ?1 AND row BETWEEN ?2 AND ?3");
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
  with_storage_errors("store the transactions", [&] {
    begin();
    run(statement);
    ++added_;
    if (++in_transaction_ >= rows_a_commit_) commit();
  });
}

void transaction_writer::categorise(std::uint64_t row, int category, int decided_by) {
  decided_->push_back({row, static_cast<unsigned char>(category), static_cast<unsigned char>(decided_by)});
  if (decided_->size() >= rows_a_commit_)
    with_storage_errors("store the categories", [&] { update_decided(); });
}

// decided(row, 0 for the category or 1 for who decided it, the value where nothing was decided)
void transaction_writer::look_up_decision(sqlite3_context* context, int, sqlite3_value** arguments) {
  auto const& known = *static_cast<decisions const*>(sqlite3_user_data(context));
  auto const row = static_cast<std::uint64_t>(sqlite3_value_int64(arguments[0]));
  auto const found =
      std::lower_bound(known.begin(), known.end(), row, [](auto const& d, auto r) { return d.row < r; });
  if (found == known.end() || found->row != row)
    sqlite3_result_value(context, arguments[2]);
  else
    sqlite3_result_int(context, sqlite3_value_int(arguments[1]) == 0 ? found->category : found->decided_by);
}

void transaction_writer::update_decided() {
  sqlite3_bind_int64(categorise_.get(), 2, static_cast<std::int64_t>(decided_->front().row));
  sqlite3_bind_int64(categorise_.get(), 3, static_cast<std::int64_t>(decided_->back().row));
  begin();
  run(categorise_.get());
  decided_->clear();
  commit();
}

void transaction_writer::begin() {
  if (!open_) open_.emplace(database_, *connection_);
}

void transaction_writer::run(sqlite3_stmt* statement) {
  auto const code = sqlite3_step(statement);
  if (code != SQLITE_DONE) {
    SQLite::Exception const error(connection_->getHandle(), code);
    sqlite3_reset(statement);
    open_.reset();
    throw error;
  }
  sqlite3_reset(statement);
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
}

void transaction_writer::finish() {
  with_storage_errors("store the transactions", [&] {
    if (!decided_->empty()) update_decided();
    if (open_) commit();
  });
}

}  // namespace uploadproto::reference
