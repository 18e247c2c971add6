// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_UPLOAD_PROGRESS_EVENT_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_UPLOAD_PROGRESS_EVENT_HPP

#include <functional>
#include <string>
#include <uploadproto/contract/upload_progress.hpp>

#include "jobs/job_table.hpp"

namespace uploadproto::reference {

/** UP-E1. */
using upload_progress_event = contract::upload_progress_message;

/** Takes the messages of all batches, with the user whose batch it is. */
using upload_progress_sink = std::function<void(std::string const& user, upload_progress_event const& event)>;

/** The message that ended a batch (UP-L2), made from the table alone: the same whenever it is made, also
   after a restart (CO-7, CO-10). @pre the job has ended */
upload_progress_event terminal_event_of_batch(job_record const& job);

}  // namespace uploadproto::reference

#endif
