// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_UPLOAD_PROGRESS_MESSAGE_LOG_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_UPLOAD_PROGRESS_MESSAGE_LOG_HPP

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "storage/database.hpp"

namespace uploadproto::reference {

/** What was told of batches that have ended, message by message as JSON (UP-H3). Thread-safe. */
class message_log {
 public:
  explicit message_log(database& db) : database_(db), connection_(db.connect(commit_survives::crash)) {}

  /** Replaces what is stored of a batch. @throws storage_full, std::runtime_error */
  void save(std::int64_t job_seq, std::span<std::string const> messages);

  std::vector<std::string> load(std::int64_t job_seq) const;

 private:
  database& database_;
  mutable std::mutex mutex_;
  std::unique_ptr<SQLite::Database> connection_;
};

}  // namespace uploadproto::reference

#endif
