// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_REST_HPP
#define UPLOADPROTO_CONTRACT_REST_HPP

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/contract/event.hpp>
#include <uploadproto/contract/rules.hpp>

namespace uploadproto::contract {

/** How the answer about an upload lists the jobs that it has become (CE-H3). The word for the state of each
    is where it is in a job's own description. */
struct part_list {
  std::string_view pointer{};        ///< JSON pointer to the array; empty: an upload is one job
  std::string_view count_pointer{};  ///< JSON pointer to the number of parts, which may not all be listed yet
  std::string_view id_member{}, index_member{}, error_member{};  ///< of an element
};

/** How a protocol's uploads are made and its jobs asked about over HTTP, as the reference server has it. An
    empty path: there is no such request. `{jobId}` stands for the job, another `{place}` for what the caller
    names. */
struct rest_interface {
  std::uint16_t port = 0;                  ///< where it is served by default; 0: where the events are
  std::string_view upload_path{};          ///< POST, multipart/form-data
  std::string_view upload_field = "file";  ///< name of the part that is the file
  std::string_view media_type = "application/octet-stream";  ///< of that part
  std::string_view job_id_field{};  ///< form field of an id that the client has chosen; empty: it cannot
  pattern job_id_form = pattern::identifier;  ///< that id's form
  std::string_view job_id_pointer{};          ///< JSON pointer to the job id in the answer
  std::string_view status_path{};             ///< GET
  std::string_view status_pointer{};          ///< JSON pointer to the job's description in the answer
  std::string_view status_member = "status";  ///< of that description: the word for the job's state
  /** What the words mean; a word that is not here is no news, e.g. that of a job that waits. */
  std::span<status_kind const> statuses{};
  part_list parts{};                ///< of an upload that becomes several jobs
  std::string_view report_path{};   ///< GET
  std::string_view history_path{};  ///< GET: every event so far
  std::string_view cancel_path{};
  std::string_view cancel_method = "POST";
  std::string_view send_path{};        ///< POST, application/json: a message that becomes one job
  std::string_view send_id_pointer{};  ///< JSON pointer to that job's id in the answer
  std::string_view ticket_path{};      ///< POST: gives a ticket for the socket
  std::string_view ticket_pointer{};   ///< JSON pointer to it in the answer
  std::string_view error_pointer{};    ///< JSON pointer to an error's sentence, or list of sentences
};

/** The name of the first place in a path: `templateName` of `/file/upload/{templateName}`. Empty: it has
 * none.
 */
constexpr std::string_view place_in(std::string_view path) noexcept {
  std::size_t const open = path.find('{'), close = path.find('}', open);
  return close == std::string_view::npos ? std::string_view() : path.substr(open + 1, close - open - 1);
}

/** A path with its first place filled by a value, percent-encoded. */
UPLOADPROTO_DECL std::string path_with(std::string_view path, std::string_view value);

/** A path of `rest_interface` for one job, percent-encoded. */
UPLOADPROTO_DECL std::string path_for(std::string_view path, std::string_view job_id);

}  // namespace uploadproto::contract

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/contract/impl/rest.ipp>
#endif

#endif
