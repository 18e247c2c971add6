// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_REST_HPP
#define UPLOADPROTO_CONTRACT_REST_HPP

#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/contract/rules.hpp>

namespace uploadproto::contract {

/** How a protocol's uploads are made and its jobs asked about over HTTP, as the reference server has it. An
    empty path: there is no such request. `{jobId}` stands for the job, another `{place}` for what the caller
    names. */
struct rest_interface {
  std::string_view upload_path{};                            ///< POST, multipart/form-data
  std::string_view upload_field = "file";                    ///< name of the part that is the file
  std::string_view media_type = "application/octet-stream";  ///< of that part
  std::string_view job_id_field{};  ///< form field of an id that the client has chosen; empty: it cannot
  pattern job_id_form = pattern::identifier;  ///< that id's form
  std::string_view job_id_pointer{};          ///< JSON pointer to the job id in the answer
  std::string_view status_path{};             ///< GET
  std::string_view status_pointer{};          ///< JSON pointer to the job's description in the answer
  std::string_view report_path{};             ///< GET
  std::string_view history_path{};            ///< GET: every event so far
  std::string_view cancel_path{};
  std::string_view cancel_method = "POST";
  std::string_view ticket_path{};     ///< POST: gives a ticket for the socket
  std::string_view ticket_pointer{};  ///< JSON pointer to it in the answer
  std::string_view error_pointer{};   ///< JSON pointer to the sentence in an error's body
};

/** A path of `rest_interface` for one job, percent-encoded. */
UPLOADPROTO_DECL std::string path_for(std::string_view path, std::string_view job_id);

}  // namespace uploadproto::contract

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/contract/impl/rest.ipp>
#endif

#endif
