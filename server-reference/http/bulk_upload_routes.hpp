// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_BULK_UPLOAD_ROUTES_HPP
#define UPLOADPROTO_REFERENCE_HTTP_BULK_UPLOAD_ROUTES_HPP

#include <boost/asio/thread_pool.hpp>

#include "http/router.hpp"
#include "http/upload_form.hpp"
#include "pipelines/bulk_upload_service.hpp"

namespace uploadproto::reference::http {

/** Adds BU-H1 to BU-H8 under `/api/v1/bulk-upload`, all of them for bearers of a token and their own jobs.

    @param service, pool outlive the router; the service is only called on the pool */
void add_bulk_upload_routes(router& to, bulk_upload_service& service, upload_limits limits,
                            asio::thread_pool& pool);

}  // namespace uploadproto::reference::http

#endif
