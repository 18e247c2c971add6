// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_DESCRIBED_PROTOCOL_HPP
#define UPLOADPROTO_CONTRACT_DESCRIBED_PROTOCOL_HPP

/** @file
    A protocol without its C++ types, for programs that describe, judge or bind protocols instead of speaking
    one: everything in it comes from the declaration. */
#include <boost/json/value.hpp>
#include <boost/type_index/ctti_type_index.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/contract/protocol.hpp>
#include <vector>

namespace uploadproto::contract {

/** An event without its C++ type. */
struct described_event {
  std::string type_name{};  ///< of the C++ type, without namespaces: `bulk_upload_progress`
  std::string_view name{};  ///< on the wire; empty where the framing has no names
  record_info const* record = nullptr;
  /** What it means for its job. An empty status: whatever its status is. None: a client's event. */
  std::vector<status_kind> kinds{};
  std::string_view fixed_stage{};         ///< the stage of every such event; empty: a member says it
  std::optional<client_action> action{};  ///< of a client's event
  /** Everything by which a payload breaks the event's table. */
  violations (*check)(boost::json::value const& payload) = nullptr;
};

/** A protocol without its C++ type. */
struct described_protocol {
  protocol_info const* info = nullptr;
  std::vector<described_event> server_events{}, client_events{};
};

namespace detail {

template <payload Event>
std::string type_name_of() {
  std::string const whole = boost::typeindex::ctti_type_index::type_id<Event>().pretty_name();
  std::size_t const scope = whole.rfind(':');
  return scope == std::string::npos ? whole : whole.substr(scope + 1);
}

template <payload Event>
described_event describe_event() {
  described_event out{};
  out.type_name = type_name_of<Event>();
  out.name = Event::event_name;
  out.record = &record_of<Event>;
  if constexpr (requires { Event::kinds; })
    out.kinds.assign(Event::kinds.begin(), Event::kinds.end());
  else if constexpr (requires { Event::kind; })
    out.kinds = {{"", Event::kind}};
  if constexpr (requires { Event::fixed_stage; }) out.fixed_stage = Event::fixed_stage;
  if constexpr (requires { Event::action; }) out.action = Event::action;
  out.check = [](boost::json::value const& payload) {
    auto const value = read<Event>(payload);
    return value ? violations() : value.error();
  };
  return out;
}

}  // namespace detail

/** Describes a protocol. */
template <protocol P>
described_protocol describe() {
  described_protocol out{};
  out.info = &P::info;
  for_each_event<P>(
      [&]<class E>(std::type_identity<E>) { out.server_events.push_back(detail::describe_event<E>()); });
  for_each_client_event<P>(
      [&]<class E>(std::type_identity<E>) { out.client_events.push_back(detail::describe_event<E>()); });
  return out;
}

}  // namespace uploadproto::contract

#endif
