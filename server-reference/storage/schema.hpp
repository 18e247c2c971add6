// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_STORAGE_SCHEMA_HPP
#define UPLOADPROTO_REFERENCE_STORAGE_SCHEMA_HPP

#include <SQLiteCpp/Database.h>

namespace uploadproto::reference {

/** Runs the schema steps that this file has not seen yet; call inside a write transaction.
    @throws std::runtime_error for a file that a newer program has written */
void bring_up_to_date(SQLite::Database& connection);

}  // namespace uploadproto::reference

#endif
