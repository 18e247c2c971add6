// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_STORAGE_MEMBER_WRITER_HPP
#define UPLOADPROTO_REFERENCE_STORAGE_MEMBER_WRITER_HPP

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/attempt_key.hpp"
#include "storage/database.hpp"
#include "storage/member_batch.hpp"
#include "storage/statement.hpp"

namespace uploadproto::reference {

/** Writes one job's rows into `members`, batch after batch (BU-P4).

    A new id is inserted, a known one gets the values that are not empty; `date_joined` is set by the insert
   alone. A row that breaks a constraint is refused and the rest of its batch goes on.

    One transaction holds a batch's rows, the job's counts and a note of what became of each row. A later
   attempt of the job that comes with the same batch finds the note: the members are left as they are and the
   outcomes of the first time are given again. Where the batches differ (other settings, another answer of the
   register) the notes from there on are dropped and the rows written; those that this job brought in count as
   inserts still.

    Belongs to one thread. Throws `attempt_over`, `storage_full`, `std::runtime_error`; after one of them
   nothing of the batch is in the database.
*/
class member_writer {
 public:
  /** @param fields columns of `members` in the order of a batch's values; trusted names, never user input
      @param date_joined of new members whose upload does not say, `YYYY-MM-DD` */
  member_writer(database& db, attempt_key attempt, std::span<std::string_view const> fields,
                std::string date_joined);

  /** Commits one batch; `results` gets one entry a row. */
  void apply(member_batch const& batch, std::vector<member_result>& results);

  /** After the last batch: forgets notes of batches that this attempt did not come with. */
  void finish();

 private:
  bool recall(std::uint64_t digest, std::vector<member_result>& results);
  void forget_from_here();
  void write(member_batch const& batch, std::size_t row, member_result& result);
  void note(std::uint64_t digest, std::vector<member_result> const& results);
  void count(std::vector<member_result> const& results);

  database& database_;
  attempt_key attempt_;
  std::string date_joined_;
  std::unique_ptr<SQLite::Database> connection_;
  statement_ptr upsert_;
  SQLite::Statement find_note_;
  SQLite::Statement add_note_;
  SQLite::Statement add_counts_;
  std::int64_t next_batch_ = 0;
  bool notes_ahead_ = true;  ///< an earlier attempt may have left notes from `next_batch_` on
};

}  // namespace uploadproto::reference

#endif
