// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_CLIENT_CLIENT_CASES_HPP
#define UPLOADPROTO_CONFORMANCE_CLIENT_CLIENT_CASES_HPP

#include <span>
#include <string_view>
#include <vector>

#include "client/client_trial.hpp"

namespace uploadproto::conformance {

using client_case_list = std::vector<client_case>;

/** Every case that judges a client. Ids are permanent. */
std::span<client_case const> all_client_cases();

/** Which clause of a protocol says what a client is asked: where it stands, not what. Empty: none does. */
struct client_rules {
  std::string_view protocol;
  std::string_view transport;  ///< heartbeats
  std::string_view polling;    ///< the transport that is no WebSocket
  std::string_view token;      ///< where it goes
  std::string_view subscribe;  ///< the shape of what a client asks for
  std::string_view own;        ///< what the protocol itself asks of clients
};

client_rules const& client_rules_of(std::string_view protocol);

/** Adds a case `PREFIX/client/NAME`. */
void add_client_case(client_case_list&, protocol_face const&, std::string_view name, std::string_view title,
                     std::vector<std::string_view> clauses, void (*run)(client_trial&));

// One function a file of cases.

void add_story_cases(client_case_list&, protocol_face const&);  ///< what comes of events, whatever they are
void add_entrance_cases(client_case_list&, protocol_face const&);      ///< tokens, subscriptions, refusals
void add_reconnection_cases(client_case_list&, protocol_face const&);  ///< cuts, waits, what follows
void add_liveness_cases(client_case_list&, protocol_face const&);      ///< heartbeats, rates, silence

}  // namespace uploadproto::conformance

#endif
