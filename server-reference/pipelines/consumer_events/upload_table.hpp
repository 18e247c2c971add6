// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_UPLOAD_TABLE_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_UPLOAD_TABLE_HPP

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "storage/database.hpp"

namespace uploadproto::reference {

struct upload_record {
  std::string upload_id, file_name;
  std::uint64_t rows = 0;
  std::chrono::milliseconds created_at{};  ///< since 1970
  struct batch {
    std::string log_id;
    std::uint32_t rows = 0;
    std::optional<std::string> status{};  ///< `PROCESSED` or `FAILED` once it has ended
    std::optional<std::string> error{};
  };
  std::vector<batch> batches;
};

/** The CSV files that were taken, and what has become of their batches (CE-H3). Thread-safe. Throws
    `storage_full` or `std::runtime_error`. */
class upload_table {
 public:
  explicit upload_table(database& db);

  void add(upload_record const& upload);
  void remove(std::string const& upload_id);
  std::optional<upload_record> find(std::string const& upload_id) const;

 private:
  database& database_;
  mutable std::mutex mutex_;
  std::unique_ptr<SQLite::Database> connection_;
};

}  // namespace uploadproto::reference

#endif
