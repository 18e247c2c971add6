// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_JOBS_JOB_ROW_HPP
#define UPLOADPROTO_REFERENCE_JOBS_JOB_ROW_HPP

#include <SQLiteCpp/Statement.h>

#include <string_view>

#include "jobs/job_table.hpp"

namespace uploadproto::reference {

/** `SELECT … FROM {jobs} AS job `, with the columns that `read_job` takes; conditions follow. */
extern char const* const select_jobs;

/** The row at which a statement made of `select_jobs` stands. */
job_record read_job(SQLite::Statement& row);

/** @throws std::runtime_error for a word that is no status */
job_status status_named(std::string_view name);

}  // namespace uploadproto::reference

#endif
