// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_FILE_JOB_JSON_HPP
#define UPLOADPROTO_REFERENCE_HTTP_FILE_JOB_JSON_HPP

#include <boost/json/object.hpp>

#include "pipelines/file_upload_service.hpp"

namespace uploadproto::reference::http {

/** FU-H2: `{jobId, templateName, fileName, status, progress, message, processed?, total?, errors, createdAt,
    completedAt?, result?, error?}`. Members without a value are absent (CO-2). */
boost::json::object file_job_json(file_job_view const& job);

/** FU-H4: `{data, page, limit, total, totalPages}` */
boost::json::object stored_page_json(stored_page page);

}  // namespace uploadproto::reference::http

#endif
