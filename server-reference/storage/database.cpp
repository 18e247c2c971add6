// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "storage/database.hpp"

#include <sqlite3.h>

#include <string>

#include "storage/storage_error.hpp"

namespace uploadproto::reference {
namespace {

// Only other programs (a backup, the sqlite3 shell) are waited for in this way; our own writers use the gate.
constexpr int busy_timeout_ms = 10'000;

// Few checkpoints, each of which writes a page once however often the log has it: 16 MiB of log.
constexpr auto settings =
    "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 4000; "
    "PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;";

}  // namespace

database::database(std::filesystem::path file, std::uint64_t max_pages, schema_steps schema)
    : file_(std::move(file)), max_pages_(max_pages) {
  with_storage_errors("open the database", [&] {
    auto connection = connect(commit_survives::power_loss);
    write_transaction transaction(*this, *connection);
    bring_up_to_date(*connection, schema);
    transaction.commit();
  });
}

std::unique_ptr<SQLite::Database> database::connect(commit_survives what) const {
  return with_storage_errors("open the database", [&] {
    auto connection = std::make_unique<SQLite::Database>(
        file_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX, busy_timeout_ms);
    connection->exec(settings);
    connection->exec(what == commit_survives::power_loss ? "PRAGMA synchronous = FULL"
                                                         : "PRAGMA synchronous = NORMAL");
    if (max_pages_ != 0) connection->exec("PRAGMA max_page_count = " + std::to_string(max_pages_));
    return connection;
  });
}

write_transaction::write_transaction(database& db, SQLite::Database& connection)
    : turn_(db.gate()), connection_(connection) {
  connection_.exec("BEGIN IMMEDIATE");
}

write_transaction::~write_transaction() {
  // SQLite itself has already rolled back after a full disk or an I/O error.
  if (open_ && sqlite3_get_autocommit(connection_.getHandle()) == 0) connection_.tryExec("ROLLBACK");
}

void write_transaction::commit() {
  connection_.exec("COMMIT");
  open_ = false;
  turn_.unlock();
}

}  // namespace uploadproto::reference
