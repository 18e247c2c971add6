// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_STORAGE_SCHEMA_HPP
#define UPLOADPROTO_REFERENCE_STORAGE_SCHEMA_HPP

#include <SQLiteCpp/Database.h>

#include <span>
#include <string>
#include <string_view>

namespace uploadproto::reference {

/** SQL that makes a schema, step by step. Steps are only ever added: a file's `user_version` is the number of
    steps it has seen. */
using schema_steps = std::span<std::string const>;

/** SQL that makes a table of jobs and the indexes of its queue: what a `job_table` works on.

    One row a job, for ever; its files may expire, `stored_file` is empty then. `attempt` fences: whoever
   writes for a job names the attempt it works for, and a writer whose attempt is over changes nothing. What
   the counts count is the pipeline's. @param name a trusted name */
std::string jobs_table(std::string_view name);

/** Of bulk upload's file: members and jobs. */
schema_steps bulk_upload_schema();

/** Runs the schema steps that this file has not seen yet; call inside a write transaction.
    @throws std::runtime_error for a file that a newer program has written */
void bring_up_to_date(SQLite::Database& connection, schema_steps steps);

}  // namespace uploadproto::reference

#endif
