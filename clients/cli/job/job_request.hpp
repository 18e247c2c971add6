// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_JOB_JOB_REQUEST_HPP
#define UPLOADPROTO_CLI_JOB_JOB_REQUEST_HPP

/** @file
    What is asked of a server's REST about jobs. The references outlive the coroutines; what goes wrong is
   thrown as `failure`. */
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <uploadproto/contract/rest.hpp>

#include "cli/http/http_client.hpp"
#include "cli/server_url.hpp"

namespace uploadproto::cli {

/** Where the REST is by custom: beside the events, or at the port of its own on the same host. */
server_url rest_server(server_url const& events, contract::rest_interface const& rest);

/** A file that is to become a job. */
struct job_file {
  std::filesystem::path path;
  std::string template_name;  ///< that it is loaded through; empty: the protocol has none
  std::string job_id;         ///< chosen by the client; empty: the server chooses
};

/** Uploads a file. @param sent called with the file's bytes sent so far, first with 0, and its size
    @return the id of the job that it has become */
boost::asio::awaitable<std::string> upload_file(
    http_client& http, contract::rest_interface const& rest, job_file file,
    std::function<void(std::uint64_t sent, std::uint64_t size)> sent);

/** The id in the answer to a request that made a job. @param what was sent: `upload`, `message` */
std::string job_id_in(http_answer const& answer, std::string_view pointer, char const* what);

/** Asks for a job to be stopped; one that has just ended by itself is no failure. */
boost::asio::awaitable<void> cancel_job(http_client& http, contract::rest_interface const& rest,
                                        std::string job_id);

}  // namespace uploadproto::cli

#endif
