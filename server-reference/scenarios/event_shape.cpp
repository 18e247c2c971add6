// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "scenarios/event_shape.hpp"

#include <algorithm>
#include <uploadproto/contract/samples.hpp>

namespace uploadproto::reference {
namespace {

using contract::role;

boost::json::string_view text(std::string_view s) {
  return {s.data(), s.size()};
}

void set(boost::json::object& payload, contract::record_info const& record, role r,
         boost::json::value value) {
  if (auto const* const f = record.find(r)) payload[text(f->name)] = std::move(value);
}

/** The status by which a shape says this kind; null where it cannot. */
contract::status_kind const* status_for(event_shape const& shape, contract::event_kind kind) {
  auto const found = std::find_if(shape.kinds.begin(), shape.kinds.end(),
                                  [kind](contract::status_kind const& k) { return k.kind == kind; });
  return found == shape.kinds.end() ? nullptr : &*found;
}

/** Valid values for what must be there. */
boost::json::object required_members(contract::record_info const& record) {
  auto payload = contract::example(record);
  for (auto const& f : record.fields)
    if (f.optional) payload.erase(text(f.name));
  return payload;
}

}  // namespace

std::optional<shaped_event> shape_event(std::vector<event_shape> const& shapes, event_text const& what,
                                        std::string_view job_id, std::string_view timestamp) {
  for (auto const& shape : shapes) {
    auto const* const says = status_for(shape, what.kind);
    if (!says || (!shape.fixed_stage.empty() && shape.fixed_stage != what.stage)) continue;
    auto const& record = *shape.record;
    shaped_event made{std::string{shape.name}, required_members(record)};
    auto& payload = made.payload;
    set(payload, record, role::job_id, text(job_id));
    set(payload, record, role::timestamp, text(timestamp));
    if (!says->status.empty()) set(payload, record, role::status, text(says->status));
    if (!what.stage.empty() && shape.fixed_stage.empty()) set(payload, record, role::stage, text(what.stage));
    if (!what.message.empty()) set(payload, record, role::message, text(what.message));
    if (what.progress) set(payload, record, role::progress, *what.progress);
    if (what.kind == contract::event_kind::failed) set(payload, record, role::error, text(what.error));
    return made;
  }
  return std::nullopt;
}

}  // namespace uploadproto::reference
