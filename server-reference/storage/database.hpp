// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_STORAGE_DATABASE_HPP
#define UPLOADPROTO_REFERENCE_STORAGE_DATABASE_HPP

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>

#include "storage/schema.hpp"
#include "storage/write_gate.hpp"

namespace uploadproto::reference {

/** What a commit on a connection promises.

    `power_loss`: the commit is on disk when it returns. `crash`: it survives the end of this process at once,
   and a power cut from the next `power_loss` commit of any connection on (both append to the same write-ahead
   log). Rows may use `crash`: a cut takes the newest batches of a job that has not ended, which is then run
   again.
*/
enum class commit_survives : unsigned char { power_loss, crash };

/** A SQLite file, by default that of members and jobs: its settings, its schema and the turn of its writers.
    Thread-safe; each connection that it opens belongs to one thread at a time. */
class database {
 public:
  /** Opens or makes the file and brings its schema up to date.
      @param max_pages a quota in pages of 4 KiB, 0 for none
      @throws storage_full, std::runtime_error (a newer schema, not a database, not readable, …) */
  explicit database(std::filesystem::path file, std::uint64_t max_pages = 0,
                    schema_steps schema = bulk_upload_schema());

  std::unique_ptr<SQLite::Database> connect(commit_survives what) const;
  write_gate& gate() { return gate_; }

 private:
  std::filesystem::path file_;
  std::uint64_t max_pages_;
  write_gate gate_;
};

/** A write transaction: waits its turn, begins at once as a writer, and is undone unless it is committed. */
class write_transaction {
 public:
  write_transaction(database& db, SQLite::Database& connection);
  ~write_transaction();
  write_transaction(write_transaction const&) = delete;
  write_transaction& operator=(write_transaction const&) = delete;
  void commit();

 private:
  std::unique_lock<write_gate> turn_;
  SQLite::Database& connection_;
  bool open_ = true;
};

}  // namespace uploadproto::reference

#endif
