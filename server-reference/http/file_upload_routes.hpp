// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_FILE_UPLOAD_ROUTES_HPP
#define UPLOADPROTO_REFERENCE_HTTP_FILE_UPLOAD_ROUTES_HPP

#include <boost/asio/thread_pool.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <string_view>

#include "http/reply.hpp"
#include "http/router.hpp"
#include "pipelines/file_upload_service.hpp"

namespace uploadproto::reference::http {

/** Adds FU-H1 to FU-H5 under `/file`, for everybody (FU-A1).

    @param service, pool outlive the router; the service is only called on the pool */
void add_file_upload_routes(router& to, file_upload_service& service, std::uint64_t max_file_bytes,
                            asio::thread_pool& pool);

/** FU-H6: `{statusCode, message, error}`; `error` is the status's own phrase. */
boost::json::value status_code_error(status code, std::string_view, std::string_view message);

}  // namespace uploadproto::reference::http

#endif
