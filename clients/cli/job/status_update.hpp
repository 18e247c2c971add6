// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_JOB_STATUS_UPDATE_HPP
#define UPLOADPROTO_CLI_JOB_STATUS_UPDATE_HPP

#include <boost/json/value.hpp>
#include <optional>
#include <uploadproto/contract/protocol.hpp>

#include "cli/job/job_update.hpp"

namespace uploadproto::cli {

/** The answer to a status request as the event that it amounts to: the terminal event of a job that has
   ended, a progress event of one that runs. Members that the answer lacks stay empty.
    @param status the job's description (BU-H2)
    @return nothing when the status says neither, e.g. for a job that waits */
template <contract::protocol P>
std::optional<job_update> update_from_status(boost::json::value const& status) {
  boost::json::value const* named = status.is_object() ? status.get_object().if_contains("status") : nullptr;
  if (!named || !named->is_string()) return std::nullopt;
  boost::json::string const& word = named->get_string();
  std::string_view const text(word.data(), word.size());
  std::optional<job_update> found;
  contract::for_each_event<P>([&]<class Event>(std::type_identity<Event>) {
    contract::field_info const* field = contract::record_of<Event>.find(contract::role::status);
    if (found || !field) return;
    Event event{};
    contract::read_record(contract::record_of<Event>, &event, status);
    // A job that was cancelled has failed, as its events say.
    bool const cancelled = text == "cancelled" && contract::kind_of(event) == contract::event_kind::failed;
    if (cancelled || field->rules.allowed.contains(text)) found = describe(event);
  });
  return found;
}

/** The same for a protocol by its declaration. */
std::optional<job_update> update_from_status(contract::protocol_info const&,
                                             boost::json::value const& status);

}  // namespace uploadproto::cli

#endif
