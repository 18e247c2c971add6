// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_FILE_UPLOAD_ROW_LOADER_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_FILE_UPLOAD_ROW_LOADER_HPP

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <memory>
#include <optional>
#include <string>

#include "pipelines/file_upload/load_table.hpp"
#include "storage/attempt_key.hpp"
#include "storage/database.hpp"
#include "templates/column_map.hpp"

namespace uploadproto::reference {

/** Stores the rows of one job's file, some of them a database transaction, together with how far it is: what
    is committed is never done again, what is not has left no trace. Each commit makes sure that the attempt
    it works for is still the one that runs.

    Belongs to one thread. Throws `attempt_over`, `storage_full`, `std::runtime_error`; after one of them
    nothing since the last commit is in the database, and `state` is not to be trusted. */
class row_loader {
 public:
  /** @param through, state outlive the loader */
  row_loader(database& db, attempt_key attempt, std::string job_id, file_template const& through,
             load_state& state);

  /** Counts the row, and stores it unless something is wrong with it, which is noted. */
  void add(judged_row row);

  /** Commits rows and state. */
  void commit();

 private:
  std::optional<std::string> holder_of(template_column const& column, std::string const& key);
  void refuse_taken_keys(judged_row& row);
  void store(judged_row const& row);
  void begin();

  database& database_;
  attempt_key const attempt_;
  std::string const job_id_;
  file_template const& template_;
  load_state& state_;
  std::unique_ptr<SQLite::Database> connection_;
  SQLite::Statement find_key_, insert_row_, insert_key_, note_;
  std::optional<write_transaction> open_;
};

}  // namespace uploadproto::reference

#endif
