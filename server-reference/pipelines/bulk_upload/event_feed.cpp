// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/bulk_upload/event_feed.hpp"

#include <uploadproto/contract/timestamp.hpp>

namespace uploadproto::reference {

contract::bulk_upload_progress event_feed::event_of(state const& now) const {
  contract::bulk_upload_progress event;
  event.job_id = job_id_;
  event.stage = now.stage->name;
  event.progress = now.progress;
  event.message = now.message;
  event.timestamp = contract::format_timestamp(now.sent_at);
  return event;
}

void event_feed::send(state const& now) {
  sink_(user_, event_of(now));
}

bool event_feed::close(bulk_upload_event const& terminal, std::optional<bulk_upload_event> const& first) {
  return close_with([&](state const& now) {
    if (now.stage == nullptr && first) sink_(user_, *first);
    sink_(user_, terminal);
  });
}

void event_feed::judged(validation_counts const& counts) {
  auto const locked = lock();
  validation_ = counts;
}

event_feed::snapshot event_feed::current() const {
  auto const locked = lock();
  auto const& now = latest();
  if (now.stage == nullptr) return {};
  return {event_of(now), std::string(now.stage->name), now.progress, validation_};
}

}  // namespace uploadproto::reference
