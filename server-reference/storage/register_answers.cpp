// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "storage/register_answers.hpp"

#include <SQLiteCpp/Statement.h>

#include "storage/crash_point.hpp"
#include "storage/storage_error.hpp"

namespace uploadproto::reference {

using state = register_answer::state;

SQLite::Database& register_answers::connection() {
  if (!connection_) connection_ = database_.connect(commit_survives::crash);
  return *connection_;
}

void register_answers::recall(std::span<id_key const> ids, std::span<register_answer> answers) {
  with_storage_errors("recall answers of the register", [&] {
    SQLite::Statement query(connection(),
                            "SELECT registered, voter_status, ward, vd FROM register_answers "
                            "WHERE job_seq = ? AND id_number = ?");
    for (std::size_t i = 0; i < ids.size(); ++i) {
      query.reset();
      query.bind(1, job_seq_);
      query.bind(2, static_cast<std::int64_t>(ids[i]));
      if (!query.executeStep()) continue;
      answers[i].what = query.getColumn(0).getInt() != 0 ? state::registered : state::not_registered;
      answers[i].voter_status = query.getColumn(1).getString();
      answers[i].ward_id = query.getColumn(2).getString();
      answers[i].vd_number = query.getColumn(3).getString();
    }
  });
}

void register_answers::keep(std::span<id_key const> ids, std::span<register_answer const> answers) {
  with_storage_errors("keep answers of the register", [&] {
    write_transaction transaction(database_, connection());
    SQLite::Statement insert(connection(),
                             "INSERT INTO register_answers VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
    for (std::size_t i = 0; i < ids.size(); ++i) {
      auto const& answer = answers[i];
      if (answer.what != state::registered && answer.what != state::not_registered) continue;
      insert.reset();
      insert.bind(1, job_seq_);
      insert.bind(2, static_cast<std::int64_t>(ids[i]));
      insert.bind(3, answer.what == state::registered ? 1 : 0);
      insert.bind(4, answer.voter_status);
      insert.bind(5, answer.ward_id);
      insert.bind(6, answer.vd_number);
      insert.exec();
    }
    transaction.commit();
    crash_point("answers: committed");
  });
}

}  // namespace uploadproto::reference
