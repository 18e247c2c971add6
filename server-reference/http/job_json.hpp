// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_JOB_JSON_HPP
#define UPLOADPROTO_REFERENCE_HTTP_JOB_JSON_HPP

#include <boost/json/object.hpp>

#include "jobs/job_view.hpp"

namespace uploadproto::reference::http {

/** BU-H2. Members without a value are absent (CO-2). */
boost::json::object job_json(job_view const& job);

/** BU-H5: `{jobs, page, limit, total, pages}` */
boost::json::object page_json(job_page const& page);

/** BU-H6: `{waiting, active, completed, failed, total}` */
boost::json::object counts_json(queue_counts const& counts);

}  // namespace uploadproto::reference::http

#endif
