// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/consumer_events/tables.hpp"

#include <array>
#include <string>

namespace uploadproto::reference {
namespace {

/** `uploads`, `upload_batches`: written before a file's batches are produced, and taken back where that
   fails.

    `messages`: one row a message that has ended, by its logId, whatever else is delivered of it later
   (CE-L2). `dead_lettered` is 1 once a failed message lies on the dead-letter topic.

    `orders`: idempotent by message and row (CE-P3); a single order is row 0. The price is a decimal text. */
constexpr char const* tables_sql = R"sql(
CREATE TABLE uploads (
  seq        INTEGER PRIMARY KEY,
  upload_id  TEXT NOT NULL UNIQUE,
  file_name  TEXT NOT NULL,
  row_count  INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE upload_batches (
  upload    INTEGER NOT NULL REFERENCES uploads ON DELETE CASCADE,
  batch     INTEGER NOT NULL,
  log_id    TEXT NOT NULL,
  row_count INTEGER NOT NULL,
  PRIMARY KEY (upload, batch)
) STRICT, WITHOUT ROWID;

CREATE TABLE messages (
  seq           INTEGER PRIMARY KEY,
  log_id        TEXT NOT NULL UNIQUE,
  status        TEXT NOT NULL CHECK (status IN ('PROCESSED', 'FAILED')),
  error         TEXT,
  ended_at      INTEGER NOT NULL,
  dead_lettered INTEGER NOT NULL DEFAULT 0,
  CHECK ((status = 'FAILED') = (error IS NOT NULL))
) STRICT;

CREATE TABLE orders (
  message      INTEGER NOT NULL REFERENCES messages,
  row          INTEGER NOT NULL,
  order_number TEXT NOT NULL,
  product_name TEXT NOT NULL,
  quantity     INTEGER NOT NULL CHECK (quantity >= 1),
  price        TEXT NOT NULL,
  PRIMARY KEY (message, row)
) STRICT, WITHOUT ROWID;
)sql";

}  // namespace

schema_steps consumer_events_schema() {
  static std::array const steps{std::string{tables_sql}};
  return steps;
}

}  // namespace uploadproto::reference
