// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_UPLOAD_PROGRESS_BATCH_SCHEMA_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_UPLOAD_PROGRESS_BATCH_SCHEMA_HPP

#include "storage/schema.hpp"

namespace uploadproto::reference {

/** Of upload progress' own file: batches, their messages, transactions. */
schema_steps upload_progress_schema();

}  // namespace uploadproto::reference

#endif
