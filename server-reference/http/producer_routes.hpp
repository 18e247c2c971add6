// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_PRODUCER_ROUTES_HPP
#define UPLOADPROTO_REFERENCE_HTTP_PRODUCER_ROUTES_HPP

#include <boost/asio/thread_pool.hpp>
#include <cstdint>

#include "http/reply.hpp"
#include "http/router.hpp"
#include "pipelines/consumer_events_service.hpp"

namespace uploadproto::reference::http {

/** Adds CE-H1 to CE-H3 under `/producers` and `/api/producers`, for anybody.

    Refusals are
   `{"status":"error","code":…,"message":…,"errors":[{"field"|"row":…,"message":…}],"timestamp":…}`, the list
   where there is more to say than the message. A broker that is away is 503, and nothing was taken.
    @param max_file_bytes of a CSV file
    @param service, pool outlive the router; the service is only called on the pool */
void add_producer_routes(router& to, consumer_events_service& service, std::uint64_t max_file_bytes,
                         asio::thread_pool& pool);

/** The body of a refusal in this form, for the site's errors. */
boost::json::value producer_error(status code, std::string_view name, std::string_view message);

}  // namespace uploadproto::reference::http

#endif
