// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_MUTANTS_ALTERATIONS_HPP
#define UPLOADPROTO_CONFORMANCE_MUTANTS_ALTERATIONS_HPP

#include <boost/json/value.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "mutants/traffic.hpp"

/** What mutants are made of. */
namespace uploadproto::conformance {

using boost::json::object;
using boost::json::value;

/** Which events: those of a name (empty: plain JSON messages) with a payload that is so. */
struct chosen_events {
  std::string name;
  std::function<bool(object const&)> so{};

  bool has(relay_message&) const;
};

/** A payload's member has this value. */
std::function<bool(object const&)> having(std::string_view member, value);
/** The number at a member is between. */
std::function<bool(object const&)> between(std::string_view member, double low, double high);
/** Any of them: how many there have been decides. Counts from 1, over all connections. */
std::function<bool(object const&)> only_nth(unsigned n);

using edit = std::function<void(object&)>;
edit set(std::string_view member, value);
edit erase(std::string_view member);
/** A member of a member. */
edit erase_at(std::string_view outer, std::string_view member);
/** The member at a JSON pointer. */
edit set_at(std::string_view pointer, value);
edit add_to(std::string_view member, double);

// Of events to clients. All others pass.

relay_hooks change(chosen_events, edit);
relay_hooks drop(chosen_events);
relay_hooks twice(chosen_events);
/** They come behind the next event of the connection. */
relay_hooks behind_next(chosen_events);
/** Behind each comes the same with this change. */
relay_hooks followed_by(chosen_events, edit);
/** Before each comes the same with this change. */
relay_hooks preceded_by(chosen_events, edit);
relay_hooks renamed(chosen_events, std::string to);
/** Everybody at the listener gets them too. */
relay_hooks leaked(chosen_events);
/** The first one that comes is kept and comes again behind what is chosen. */
relay_hooks repeating_first_behind(chosen_events of, chosen_events behind);

/** Each message from the server; passes on by itself what it wants to pass. */
relay_hooks on_message(std::function<void(relay_client&, relay_message)>);
/** Each message from a client. */
relay_hooks on_client_message(std::function<void(relay_client&, relay_message)>);
/** Client events of a name; all else passes. */
relay_hooks on_client_event(std::string name, std::function<void(relay_client&, relay_message)>);
/** A packet from the server of this type. */
relay_hooks on_packet(relay_message::packet_type, std::function<void(relay_message&)>);
/** The CONNECT of a client, and its claim to be somebody. */
relay_hooks on_connect(std::function<void(relay_client&, relay_message&)>);

/** A close frame from the server has another code. */
relay_hooks closing_with(std::uint16_t code);

// Of requests whose path has this in it.

relay_hooks on_request(std::string path_part, std::function<void(relay_exchange&)>);
relay_hooks on_answer(std::string path_part, std::function<void(relay_exchange&)>);
/** A JSON object in the answer. */
relay_hooks change_answer(std::string path_part, edit);
/** The status is another when it is that. */
relay_hooks other_status(std::string path_part, unsigned when, unsigned then);

/** Clients of a plain WebSocket with no server behind get their pings answered. */
relay_hooks answering_pings(relay_hooks);
/** WebSockets that the server refuses are opened all the same. */
relay_hooks opening_refused(std::function<bool(relay_exchange const&)> which);

/** Both: where both have a hook for the same, the first one's stands. */
relay_hooks both(relay_hooks, relay_hooks);

}  // namespace uploadproto::conformance

#endif
