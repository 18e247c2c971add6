// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_BULK_UPLOAD_TERMINAL_EVENT_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_BULK_UPLOAD_TERMINAL_EVENT_HPP

#include <string>

#include "jobs/job_table.hpp"
#include "pipelines/bulk_upload/event_feed.hpp"

namespace uploadproto::reference {

/** API path of a job's report (BU-H3, BU-L7). */
std::string report_path_of(std::string const& job_id);

/** The event that ended a job, made from the table alone: the same text whenever it is made, also after a
   restart (CO-7, CO-10). @pre the job has ended */
bulk_upload_event terminal_event_of(job_record const& job);

/** The event by which an attempt that ended before it had told anything is known for a new one (CO-6).
    @pre the job has ended */
bulk_upload_event first_event_of(job_record const& job);

}  // namespace uploadproto::reference

#endif
