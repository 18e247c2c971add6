// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "storage/storage_error.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <system_error>

namespace uploadproto::reference {
namespace {

// A full disk shows as SQLITE_FULL on the database, but as an I/O error where SQLite grows its own files.
bool means_full(SQLite::Exception const& error) {
  switch (error.getExtendedErrorCode()) {
    case SQLITE_FULL:
    case SQLITE_IOERR_SHMSIZE:
    case SQLITE_IOERR_WRITE:
      return true;
    default:
      return error.getErrorCode() == SQLITE_FULL;
  }
}

}  // namespace

void rethrow_storage_error(std::string const& doing, SQLite::Exception const& error) {
  if (means_full(error)) throw storage_full("Could not " + doing + ": no room is left in the data directory");
  throw std::runtime_error("Could not " + doing + ": " + error.what());
}

void throw_file_error(std::string const& doing, int code) {
  if (code == ENOSPC || code == EDQUOT || code == EFBIG)
    throw storage_full("Could not " + doing + ": no room is left in the data directory");
  throw std::system_error(code, std::generic_category(), "Could not " + doing);
}

}  // namespace uploadproto::reference
