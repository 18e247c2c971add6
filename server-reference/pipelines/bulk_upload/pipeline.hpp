// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_BULK_UPLOAD_PIPELINE_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_BULK_UPLOAD_PIPELINE_HPP

#include "pipelines/bulk_upload/attempt.hpp"

namespace uploadproto::reference {

/** Runs the six stages of one attempt in the worker's thread, and logs what each took.

    @return how the job is to end: `completed`, or `failed` with a sentence and the stage. Deciding that it
   does end so is the caller's (`job_table::end`).
    @throws attempt_stopped when the attempt is to be dropped without an end
    @throws storage_full when the job has to wait for room: likewise without an end */
job_end run_bulk_upload(bulk_upload_attempt& attempt);

}  // namespace uploadproto::reference

#endif
