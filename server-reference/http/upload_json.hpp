// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_UPLOAD_JSON_HPP
#define UPLOADPROTO_REFERENCE_HTTP_UPLOAD_JSON_HPP

#include <boost/json/object.hpp>

#include "pipelines/consumer_events_service.hpp"

namespace uploadproto::reference::http {

/** CE-H3: `{jobId, fileName, status, rows, batchCount, completed, failed, createdAt, batches: [{batchIndex,
   logId, rowCount, status, error?}]}`. The whole is `QUEUED`, `PROCESSING`, and when all batches have ended
   `PROCESSED`, or `FAILED` where one of them has. */
boost::json::object upload_json(upload_view const& upload);

}  // namespace uploadproto::reference::http

#endif
