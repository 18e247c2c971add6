// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_FILE_UPLOAD_END_EVENTS_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_FILE_UPLOAD_END_EVENTS_HPP

#include <vector>

#include "jobs/job_table.hpp"
#include "pipelines/file_upload/event.hpp"
#include "pipelines/file_upload/load_table.hpp"

namespace uploadproto::reference {

/** The result of a job that has completed (FU-E3). */
contract::file_upload_result result_of(load_state const& state);

/** What ends a job, made from the tables alone: the same whenever it is made, also after a restart. The last
    one is the terminal event; the progress of 100 comes before it where the job has completed (FU-L1, FU-L4).
    @pre the job has ended */
std::vector<file_upload_event> end_events(job_record const& job, load_state const& state);

}  // namespace uploadproto::reference

#endif
