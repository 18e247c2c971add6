// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/consumer_events/message_table.hpp"

#include <SQLiteCpp/Statement.h>

#include "storage/crash_point.hpp"
#include "storage/storage_error.hpp"

namespace uploadproto::reference {

message_table::message_table(database& db)
    : database_(db), connection_(db.connect(commit_survives::power_loss)) {}

std::optional<message_table::end> message_table::find(std::string const& log_id) const {
  return with_storage_errors("look the message up", [&]() -> std::optional<end> {
    SQLite::Statement query(*connection_, "SELECT error, dead_lettered FROM messages WHERE log_id = ?");
    query.bind(1, log_id);
    if (!query.executeStep()) return std::nullopt;
    auto const error = query.getColumn(0);
    return end{!error.isNull(), query.getColumn(1).getInt() != 0, error.isNull() ? "" : error.getString()};
  });
}

void message_table::store(std::span<judgement const> ends, std::chrono::milliseconds now) {
  with_storage_errors("store the orders", [&] {
    write_transaction transaction(database_, *connection_);
    SQLite::Statement message(*connection_,
                              "INSERT INTO messages (log_id, status, error, ended_at) VALUES (?, ?, ?, ?) "
                              "ON CONFLICT (log_id) DO NOTHING");
    SQLite::Statement insert(*connection_, "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)");
    for (auto const& ended : ends) {
      message.reset();
      message.bind(1, ended.log_id);
      message.bindNoCopy(2, ended.error ? "FAILED" : "PROCESSED");
      if (ended.error)
        message.bind(3, *ended.error);
      else
        message.bind(3);
      message.bind(4, static_cast<std::int64_t>(now.count()));
      if (message.exec() == 0) continue;
      auto const seq = static_cast<std::int64_t>(connection_->getLastInsertRowid());
      for (auto const& [row, o] : ended.orders) {
        insert.reset();
        insert.bind(1, seq);
        insert.bind(2, static_cast<std::int64_t>(row));
        insert.bindNoCopy(3, o.order_number);
        insert.bindNoCopy(4, o.product_name);
        insert.bind(5, o.quantity);
        insert.bindNoCopy(6, o.price);
        insert.exec();
      }
    }
    crash_point("orders: before the commit");
    transaction.commit();
    crash_point("orders: committed");
  });
}

void message_table::set_dead_lettered(std::span<std::string const> log_ids) {
  with_storage_errors("note dead letters", [&] {
    write_transaction transaction(database_, *connection_);
    SQLite::Statement update(*connection_, "UPDATE messages SET dead_lettered = 1 WHERE log_id = ?");
    for (auto const& log_id : log_ids) {
      update.reset();
      update.bind(1, log_id);
      update.exec();
    }
    transaction.commit();
  });
}

message_table::totals message_table::count() const {
  return with_storage_errors("count the messages", [&] {
    SQLite::Statement query(*connection_,
                            "SELECT count(*) FILTER (WHERE status = 'PROCESSED'), count(*) FILTER "
                            "(WHERE status = 'FAILED') FROM messages");
    query.executeStep();
    return totals{static_cast<std::uint64_t>(query.getColumn(0).getInt64()),
                  static_cast<std::uint64_t>(query.getColumn(1).getInt64())};
  });
}

}  // namespace uploadproto::reference
