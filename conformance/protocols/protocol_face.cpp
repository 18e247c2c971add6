// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "protocols/protocol_face.hpp"

#include <algorithm>
#include <uploadproto/contract/bulk_upload.hpp>
#include <uploadproto/contract/consumer_events.hpp>
#include <uploadproto/contract/file_upload.hpp>
#include <uploadproto/contract/upload_progress.hpp>

namespace uploadproto::conformance {
namespace {

std::vector<event_face> faces_of(std::vector<contract::described_event>&& events) {
  std::vector<event_face> out;
  for (contract::described_event& event : events) out.push_back({std::move(event)});
  return out;
}

template <contract::protocol P>
protocol_face face_of() {
  contract::described_protocol described = contract::describe<P>();
  return {.info = described.info,
          .server_events = faces_of(std::move(described.server_events)),
          .client_events = faces_of(std::move(described.client_events))};
}

boost::json::value const* member(event_face const& event, boost::json::value const& payload,
                                 contract::role role) noexcept {
  contract::field_info const* field = event.record->find(role);
  boost::json::object const* object = payload.if_object();
  return field && object ? object->if_contains(field->name) : nullptr;
}

}  // namespace

std::string_view event_face::text(boost::json::value const& payload, contract::role role) const noexcept {
  boost::json::value const* found = member(*this, payload, role);
  boost::json::string const* text = found ? found->if_string() : nullptr;
  return text ? std::string_view(*text) : std::string_view();
}

std::optional<double> event_face::number(boost::json::value const& payload,
                                         contract::role role) const noexcept {
  boost::json::value const* found = member(*this, payload, role);
  if (!found || !found->is_number()) return std::nullopt;
  return found->to_number<double>();
}

contract::event_kind event_face::kind(boost::json::value const& payload) const noexcept {
  std::string_view const status = text(payload, contract::role::status);
  for (contract::status_kind const& line : kinds)
    if (line.status.empty() || line.status == status) return line.kind;
  return contract::event_kind::notice;
}

std::string_view event_face::stage(boost::json::value const& payload) const noexcept {
  return fixed_stage.empty() ? text(payload, contract::role::stage) : fixed_stage;
}

event_face const* protocol_face::server_event(std::string_view event) const noexcept {
  auto const found = std::ranges::find(server_events, event, &event_face::name);
  return found == server_events.end() ? nullptr : &*found;
}

event_face const* protocol_face::client_event(contract::client_action action) const noexcept {
  auto const found = std::ranges::find(client_events, action, &event_face::action);
  return found == client_events.end() ? nullptr : &*found;
}

std::span<protocol_face const> known_protocols() {
  static std::vector<protocol_face> const all{
      face_of<contract::bulk_upload>(), face_of<contract::file_upload>(),
      face_of<contract::upload_progress>(), face_of<contract::consumer_events>()};
  return all;
}

protocol_face const* find_protocol(std::string_view name) noexcept {
  auto const all = known_protocols();
  auto const found = std::ranges::find(all, name, &protocol_face::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace uploadproto::conformance
