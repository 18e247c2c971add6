// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_PROTOCOLS_PROTOCOL_FACE_HPP
#define UPLOADPROTO_CONFORMANCE_PROTOCOLS_PROTOCOL_FACE_HPP

#include <boost/json/value.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <uploadproto/contract/described_protocol.hpp>
#include <vector>

namespace uploadproto::conformance {

/** An event without its C++ type, and how to find one's way in its payloads, broken ones too. */
struct event_face : contract::described_event {
  /** The text of the member of this role; empty where there is none, or no text. */
  std::string_view text(boost::json::value const& payload, contract::role) const noexcept;
  /** Nothing where there is none, or no number. */
  std::optional<double> number(boost::json::value const& payload, contract::role) const noexcept;
  contract::event_kind kind(boost::json::value const& payload) const noexcept;
  std::string_view stage(boost::json::value const& payload) const noexcept;
};

/** A protocol without its C++ type: everything in it comes from its declaration. */
struct protocol_face {
  contract::protocol_info const* info = nullptr;
  std::vector<event_face> server_events;
  std::vector<event_face> client_events;

  std::string_view name() const noexcept { return info->name; }
  /** @return null when the protocol has no such server event */
  event_face const* server_event(std::string_view event) const noexcept;
  /** The client event that does this; null where there is none. */
  event_face const* client_event(contract::client_action) const noexcept;
};

/** The protocols that the suite knows: a new one is named there, and nowhere else. */
std::span<protocol_face const> known_protocols();

/** @return null when the suite does not know it */
protocol_face const* find_protocol(std::string_view name) noexcept;

}  // namespace uploadproto::conformance

#endif
