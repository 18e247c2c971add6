// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/consumer_events/upload_table.hpp"

#include <SQLiteCpp/Statement.h>

#include "storage/storage_error.hpp"

namespace uploadproto::reference {

upload_table::upload_table(database& db)
    : database_(db), connection_(db.connect(commit_survives::power_loss)) {}

void upload_table::add(upload_record const& upload) {
  with_storage_errors("store the upload", [&] {
    std::lock_guard lock(mutex_);
    write_transaction transaction(database_, *connection_);
    SQLite::Statement head(*connection_,
                           "INSERT INTO uploads (upload_id, file_name, row_count, created_at) "
                           "VALUES (?, ?, ?, ?)");
    head.bind(1, upload.upload_id);
    head.bind(2, upload.file_name);
    head.bind(3, static_cast<std::int64_t>(upload.rows));
    head.bind(4, static_cast<std::int64_t>(upload.created_at.count()));
    head.exec();
    auto const seq = connection_->getLastInsertRowid();
    SQLite::Statement insert(*connection_, "INSERT INTO upload_batches VALUES (?, ?, ?, ?)");
    for (std::size_t i = 0; i < upload.batches.size(); ++i) {
      insert.reset();
      insert.bind(1, static_cast<std::int64_t>(seq));
      insert.bind(2, static_cast<std::int64_t>(i));
      insert.bind(3, upload.batches[i].log_id);
      insert.bind(4, upload.batches[i].rows);
      insert.exec();
    }
    transaction.commit();
  });
}

void upload_table::remove(std::string const& upload_id) {
  with_storage_errors("take the upload back", [&] {
    std::lock_guard lock(mutex_);
    write_transaction transaction(database_, *connection_);
    SQLite::Statement remove(*connection_, "DELETE FROM uploads WHERE upload_id = ?");
    remove.bind(1, upload_id);
    remove.exec();
    transaction.commit();
  });
}

std::optional<upload_record> upload_table::find(std::string const& upload_id) const {
  return with_storage_errors("look the upload up", [&]() -> std::optional<upload_record> {
    std::lock_guard lock(mutex_);
    SQLite::Statement head(*connection_,
                           "SELECT seq, file_name, row_count, created_at FROM uploads WHERE upload_id = ?");
    head.bind(1, upload_id);
    if (!head.executeStep()) return std::nullopt;
    upload_record found{upload_id,
                        head.getColumn(1).getString(),
                        static_cast<std::uint64_t>(head.getColumn(2).getInt64()),
                        std::chrono::milliseconds(head.getColumn(3).getInt64()),
                        {}};
    SQLite::Statement batches(
        *connection_,
        "SELECT b.log_id, b.row_count, m.status, m.error FROM upload_batches b "
        "LEFT JOIN messages m ON m.log_id = b.log_id WHERE b.upload = ? ORDER BY b.batch");
    batches.bind(1, head.getColumn(0).getInt64());
    auto const text = [&](int column) {
      auto const value = batches.getColumn(column);
      return value.isNull() ? std::nullopt : std::optional(value.getString());
    };
    while (batches.executeStep())
      found.batches.push_back(
          {batches.getColumn(0).getString(), batches.getColumn(1).getUInt(), text(2), text(3)});
    return found;
  });
}

}  // namespace uploadproto::reference
