// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <system_error>

#include "pipelines/bulk_upload/stages.hpp"

namespace uploadproto::reference::stages {

std::string initialization(bulk_upload_attempt& attempt) {
  std::error_code problem;
  if (!std::filesystem::is_regular_file(attempt.job.stored_file, problem))
    throw job_failure("The uploaded file is no longer on the server; please upload it again");
  return {};  // the stage has one value and so one event
}

}  // namespace uploadproto::reference::stages
