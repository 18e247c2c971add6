// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_FILE_UPLOAD_TABLES_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_FILE_UPLOAD_TABLES_HPP

#include "jobs/job_table.hpp"
#include "storage/schema.hpp"

namespace uploadproto::reference {

/** Of file upload's own database: jobs, how far their files are loaded, and the rows of all templates. */
schema_steps file_upload_schema();

job_tables file_upload_tables();

}  // namespace uploadproto::reference

#endif
