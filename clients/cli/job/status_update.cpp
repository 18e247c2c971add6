// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/status_update.hpp"

#include "cli/job/protocols.hpp"

namespace uploadproto::cli {
namespace {

template <contract::server_event Event>
constexpr bool can_mean(contract::event_kind kind) {
  if constexpr (requires { contract::event_kind(Event::kind); }) {
    return Event::kind == kind;
  } else {
    for (contract::status_kind const& line : Event::kinds)
      if (line.kind == kind) return true;
    return false;
  }
}

template <contract::protocol P>
std::optional<job_update> as_event(contract::event_kind kind, boost::json::value const& description) {
  std::optional<job_update> found;
  contract::for_each_event<P>([&]<class Event>(std::type_identity<Event>) {
    if (found || !can_mean<Event>(kind)) return;
    Event event{};
    contract::read_record(contract::record_of<Event>, &event, description);
    found = describe(event);
    found->kind = kind;
  });
  return found;
}

}  // namespace

boost::json::value const* value_at(boost::json::value const& document, std::string_view pointer) {
  error_code error;
  return document.find_pointer({pointer.data(), pointer.size()}, error);
}

std::string_view text_member(boost::json::value const& object, std::string_view name) {
  auto const* const members = object.if_object();
  auto const* const value = members ? members->if_contains({name.data(), name.size()}) : nullptr;
  if (!value || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

std::optional<contract::event_kind> kind_from_status(contract::rest_interface const& rest,
                                                     boost::json::value const& description) {
  std::string_view const word = text_member(description, rest.status_member);
  for (contract::status_kind const& line : rest.statuses)
    if (line.status == word) return line.kind;
  return std::nullopt;
}

std::optional<job_update> update_from_status(contract::protocol_info const& protocol,
                                             boost::json::value const& description) {
  auto const kind = kind_from_status(protocol.rest, description);
  std::optional<job_update> update;
  if (!kind) return update;
  [&]<class... P>(std::tuple<P...>*) {
    ((&P::info == &protocol ? void(update = as_event<P>(*kind, description)) : void()), ...);
  }(static_cast<known_protocols*>(nullptr));
  return update;
}

}  // namespace uploadproto::cli
