// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_FILE_UPLOAD_LOAD_TABLE_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_FILE_UPLOAD_LOAD_TABLE_HPP

#include <SQLiteCpp/Database.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "storage/database.hpp"
#include "templates/file_template.hpp"

namespace uploadproto::reference {

/** How far a job's file is loaded. */
struct load_state {
  std::string template_name;
  std::string definition;              ///< the template's JSON as it was when the job was accepted
  std::optional<std::uint64_t> total;  ///< data rows; empty until they are counted
  std::uint64_t processed = 0;         ///< data rows judged so far
  std::uint64_t stored = 0;
  std::uint64_t last_row = 0;       ///< number of the last row that was judged
  std::vector<std::string> errors;  ///< the first `max_listed_errors` (FU-P2)
  std::uint64_t error_count = 0;

  void note(std::string problem);

  /** What a client is shown: the first errors, then one line that counts the rest (FU-P2). */
  std::vector<std::string> error_lines() const;

  /** 0 to 100, with one decimal. */
  double percent() const;
};

inline constexpr std::size_t max_listed_errors = 100;  // FU-P2

/** The durable table of what the job table does not hold: through which template a job's file is loaded, and
    how far it is. Thread-safe. Throws `storage_full` or `std::runtime_error`. */
class load_table {
 public:
  explicit load_table(database& db);

  /** Before the job is added: a crash between the two leaves what the next job of this id writes over. */
  void put(std::string const& job_id, file_template const& through);

  std::optional<load_state> find(std::string const& job_id) const;

 private:
  database& database_;
  mutable std::mutex mutex_;  ///< one connection: one thread at a time
  std::unique_ptr<SQLite::Database> connection_;
};

}  // namespace uploadproto::reference

#endif
