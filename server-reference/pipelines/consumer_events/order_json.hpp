// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_ORDER_JSON_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_ORDER_JSON_HPP

#include <string_view>

#include "pipelines/consumer_events/order.hpp"

namespace uploadproto::reference {

/** Reads an order's JSON object (CE-H1). Numbers are taken by their text, so a price of 0.1 is 0.1. Members
    that an order does not have are passed over; of members with one name the last counts. What is no JSON, or
    no object, is a problem of the whole. */
order_reading read_order_json(std::string_view json);

}  // namespace uploadproto::reference

#endif
