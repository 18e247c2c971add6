// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/sent_messages.hpp"

namespace uploadproto::cli {

void sent_messages::accepted(std::string const& id) {
  tally_.add(id, "message " + std::to_string(tally_.total() + 1));
}

void sent_messages::refused(std::string const& name, std::string const& why) {
  tally_.add(name, "refused");
  tally_.settle(name, contract::event_kind::failed, why);
}

bool sent_messages::concerns(job_update const& event) const {
  return !event.job_id.empty() && tally_.knows(event.job_id);
}

std::optional<job_update> sent_messages::take(job_update const& event) {
  if (!tally_.settle(event.job_id, event.kind, event.error)) return std::nullopt;
  return tally_.update();
}

}  // namespace uploadproto::cli
