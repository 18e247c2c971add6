// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_SERVER_DATABASE_QUERY_HPP
#define UPLOADPROTO_TESTS_SERVER_DATABASE_QUERY_HPP

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace uploadproto::reference::test {

/** The number that a query finds, from a connection of its own, while a server may be at work on the file. */
inline std::int64_t number_in(std::filesystem::path const& database, std::string const& query) {
  constexpr int patience_ms = 10'000;  // a writer that opens or closes the file locks it for a moment
  return SQLite::Database(database.string(), SQLite::OPEN_READONLY, patience_ms).execAndGet(query).getInt64();
}

}  // namespace uploadproto::reference::test

#endif
