// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_MESSAGE_TABLE_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_MESSAGE_TABLE_HPP

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipelines/consumer_events/judgement.hpp"
#include "storage/database.hpp"

namespace uploadproto::reference {

/** How messages have ended, and their orders. Belongs to one thread. Throws `storage_full` or
    `std::runtime_error`. */
class message_table {
 public:
  explicit message_table(database& db);

  /** An earlier end of a message. */
  struct end {
    bool failed = false;
    bool dead_lettered = false;
    std::string error;
  };
  std::optional<end> find(std::string const& log_id) const;

  /** Stores the ends of all these, each with all of its orders, in one transaction. What has an end keeps it.
   */
  void store(std::span<judgement const> ends, std::chrono::milliseconds now);

  void set_dead_lettered(std::span<std::string const> log_ids);

  struct totals {
    std::uint64_t completed = 0, failed = 0;
  };
  totals count() const;

 private:
  database& database_;
  std::unique_ptr<SQLite::Database> connection_;
};

}  // namespace uploadproto::reference

#endif
