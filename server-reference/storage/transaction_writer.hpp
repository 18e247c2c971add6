// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_STORAGE_TRANSACTION_WRITER_HPP
#define UPLOADPROTO_REFERENCE_STORAGE_TRANSACTION_WRITER_HPP

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "storage/attempt_key.hpp"
#include "storage/database.hpp"
#include "storage/statement.hpp"

namespace uploadproto::reference {

/** A row of `transactions` (UP-P4). */
struct stored_transaction {
  std::uint64_t row = 0;  ///< as the user counts: the header is 1
  std::string_view date;  ///< `2024-02-29`
  std::int64_t amount = 0;
  std::string_view description, vendor, reference;
};

/** Writes one batch's rows into `transactions`, some thousand of them a database transaction.

    A row that an earlier attempt of the batch has brought in is written over, never doubled. Each commit
   makes sure that the attempt it works for is still the one that runs.

    Belongs to one thread. Throws `attempt_over`, `storage_full`, `std::runtime_error`; after one of them
   nothing since the last commit is in the database.
*/
class transaction_writer {
 public:
  transaction_writer(database& db, attempt_key attempt, std::size_t rows_a_commit);

  void add(stored_transaction const& row);

  /** Sets what was decided of a row that was added. Rows come in rising order. */
  void categorise(std::uint64_t row, int category, int decided_by);

  /** Commits what is left. */
  void finish();

 private:
  /** Of the rows that are to be updated next, and what SQL calls to learn it. */
  struct decision {
    std::uint64_t row;
    unsigned char category, decided_by;
  };
  using decisions = std::vector<decision>;
  static void look_up_decision(sqlite3_context* context, int count, sqlite3_value** arguments);

  void begin();
  void run(sqlite3_stmt* statement);
  void update_decided();
  void commit();

  database& database_;
  attempt_key attempt_;
  std::size_t rows_a_commit_;
  std::unique_ptr<decisions> decided_ =
      std::make_unique<decisions>();  // outlives the connection that asks it
  std::unique_ptr<SQLite::Database> connection_;
  statement_ptr insert_, categorise_;
  SQLite::Statement note_;
  std::optional<write_transaction> open_;
  std::size_t in_transaction_ = 0;
  std::uint64_t added_ = 0;
};

}  // namespace uploadproto::reference

#endif
