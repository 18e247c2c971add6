// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_JOB_STATUS_UPDATE_HPP
#define UPLOADPROTO_CLI_JOB_STATUS_UPDATE_HPP

#include <boost/json/value.hpp>
#include <optional>
#include <string_view>
#include <uploadproto/contract/protocol.hpp>

#include "cli/job/job_update.hpp"

namespace uploadproto::cli {

/** What a JSON pointer leads to. @return null where there is nothing */
boost::json::value const* value_at(boost::json::value const& document, std::string_view pointer);

/** The text of a member. @return empty when there is none, or it is no text */
std::string_view text_member(boost::json::value const& object, std::string_view name);

/** What the word for a job's state means. @return nothing when the word says neither how far the job is nor
   how it ended, e.g. that of one that waits */
std::optional<contract::event_kind> kind_from_status(contract::rest_interface const&,
                                                     boost::json::value const& description);

/** A job's description (BU-H2) as the event that it amounts to: the terminal event of a job that has ended, a
    progress event of one that runs. Members that the description lacks stay empty.
    @return nothing when the status says neither */
std::optional<job_update> update_from_status(contract::protocol_info const&,
                                             boost::json::value const& description);

}  // namespace uploadproto::cli

#endif
