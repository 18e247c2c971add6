// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_UPLOAD_PROGRESS_ROUTES_HPP
#define UPLOADPROTO_REFERENCE_HTTP_UPLOAD_PROGRESS_ROUTES_HPP

#include <boost/asio/thread_pool.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <uploadproto/session/ticket_office.hpp>

#include "http/router.hpp"
#include "pipelines/upload_progress_service.hpp"

namespace uploadproto::reference::http {

/** What the routes ask of the sockets' side. Called on the loop. */
struct upload_progress_sockets {
  /** The batch is this user's for good. False: another has claimed it by a connection (UP-A6). */
  std::function<bool(std::string const& batch_id, std::string const& user)> take;
  /** A ticket for a socket, and how long it lives (UP-A3). */
  std::function<std::string(std::string const& user)> issue_ticket;
  std::chrono::seconds ticket_lifetime = session::ticket_office::options{}.lifetime;
  /** UP-H2: `manager_stats`. */
  std::function<boost::json::object()> stats;
};

/** `{"detail":{"code":…,"message":…}}`: how the site of these routes writes errors (UP-H1). */
boost::json::value error_detail(status code_of_answer, std::string_view code, std::string_view message);

/** Adds UP-A3, UP-H1 to UP-H3 with the paths of the contract.

    @param service, pool outlive the router; the service is only called on the pool */
void add_upload_progress_routes(router& to, upload_progress_service& service, upload_progress_sockets sockets,
                                std::uint64_t max_file_bytes, asio::thread_pool& pool);

}  // namespace uploadproto::reference::http

#endif
