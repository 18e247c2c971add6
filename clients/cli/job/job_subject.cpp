// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/job_subject.hpp"

#include "cli/job/split_upload.hpp"
#include "cli/job/status_update.hpp"

namespace uploadproto::cli {

bool single_job::concerns(job_update const& event) const {
  return event.kind != contract::event_kind::notice && event.job_id == id_;
}

std::optional<job_update> single_job::take_status(boost::json::value const& answer) {
  auto const* const description = value_at(answer, protocol_.rest.status_pointer);
  return description ? update_from_status(protocol_, *description) : std::nullopt;
}

std::unique_ptr<job_subject> make_subject(contract::protocol_info const& protocol, std::string const& id) {
  if (protocol.rest.parts.pointer.empty()) return std::make_unique<single_job>(protocol, id);
  return std::make_unique<split_upload>(protocol, id);
}

}  // namespace uploadproto::cli
