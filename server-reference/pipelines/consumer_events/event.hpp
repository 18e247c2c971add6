// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_EVENT_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_EVENT_HPP

#include <chrono>
#include <functional>
#include <uploadproto/contract/consumer_events.hpp>

namespace uploadproto::reference {

/** One of the protocol's events (CE-E1 to CE-E6). */
using consumer_event = contract::event_variant_t<contract::consumer_events>;

/** Takes the events, which are for every client. */
using consumer_event_sink = std::function<void(consumer_event const&)>;

using consumer_clock = std::function<std::chrono::milliseconds()>;  ///< since 1970

}  // namespace uploadproto::reference

#endif
