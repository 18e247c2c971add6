// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/upload_progress/message_log.hpp"

#include <SQLiteCpp/Statement.h>

#include "storage/storage_error.hpp"

namespace uploadproto::reference {

void message_log::save(std::int64_t job_seq, std::span<std::string const> messages) {
  with_storage_errors("store the messages of a batch", [&] {
    std::lock_guard lock(mutex_);
    write_transaction transaction(database_, *connection_);
    SQLite::Statement forget(*connection_, "DELETE FROM upload_progress_messages WHERE job_seq = ?");
    forget.bind(1, job_seq);
    forget.exec();
    SQLite::Statement insert(*connection_, "INSERT INTO upload_progress_messages VALUES (?, ?, ?)");
    std::int64_t number = 0;
    for (auto const& message : messages) {
      insert.reset();
      insert.bind(1, job_seq);
      insert.bind(2, ++number);
      insert.bind(3, message);
      insert.exec();
    }
    transaction.commit();
  });
}

std::vector<std::string> message_log::load(std::int64_t job_seq) const {
  return with_storage_errors("read the messages of a batch", [&] {
    std::lock_guard lock(mutex_);
    SQLite::Statement query(*connection_,
                            "SELECT message FROM upload_progress_messages WHERE job_seq = ? ORDER BY number");
    query.bind(1, job_seq);
    std::vector<std::string> messages;
    while (query.executeStep()) messages.push_back(query.getColumn(0).getString());
    return messages;
  });
}

}  // namespace uploadproto::reference
