// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_STORAGE_STATEMENT_HPP
#define UPLOADPROTO_REFERENCE_STORAGE_STATEMENT_HPP

#include <SQLiteCpp/Database.h>
#include <sqlite3.h>

#include <memory>
#include <string>
#include <string_view>

namespace uploadproto::reference {

/** A statement that takes texts without a copy, which SQLiteCpp's cannot: for what is run a million times. */
using statement_ptr = std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)>;

inline statement_ptr prepare(SQLite::Database& connection, std::string_view text) {
  sqlite3_stmt* statement = nullptr;
  auto const code = sqlite3_prepare_v3(connection.getHandle(), text.data(), static_cast<int>(text.size()),
                                       SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) throw SQLite::Exception(connection.getHandle(), code);
  return {statement, &sqlite3_finalize};
}

/** The text must stay until the statement was run. */
inline void bind_text(sqlite3_stmt* statement, int parameter, std::string_view text) {
  sqlite3_bind_text(statement, parameter, text.data() ? text.data() : "", static_cast<int>(text.size()),
                    SQLITE_STATIC);
}

}  // namespace uploadproto::reference

#endif
