// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_BULK_UPLOAD_STAGES_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_BULK_UPLOAD_STAGES_HPP

#include <string>

#include "pipelines/bulk_upload/attempt.hpp"

/** @file
    The six stages (BU-L1), a file each. A stage reports its progress by `feed.advance`, calls `check` every
   few thousand rows at the latest, and returns the message of its last event. All throw `job_failure`,
    `attempt_stopped`, `storage_full` and what they cannot foresee.
*/
namespace uploadproto::reference::stages {

std::string initialization(bulk_upload_attempt& attempt);
std::string file_reading(bulk_upload_attempt& attempt);    ///< BU-P1; fills titles, known and the rows
std::string pre_validation(bulk_upload_attempt& attempt);  ///< BU-P2; fills the verdicts and `validation`
std::string iec_verification(
    bulk_upload_attempt& attempt);  ///< BU-P3; fills the answers and `not_registered`
std::string database_operations(bulk_upload_attempt& attempt);  ///< BU-P4; fills the results and `database`
std::string report_generation(bulk_upload_attempt& attempt);    ///< BU-P5; sets `report`

}  // namespace uploadproto::reference::stages

#endif
