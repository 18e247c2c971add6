// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_TABLES_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_TABLES_HPP

#include "storage/schema.hpp"

namespace uploadproto::reference {

/** Of consumer events' database file: what producers have uploaded, what has become of messages, and the
    orders that were in them. */
schema_steps consumer_events_schema();

}  // namespace uploadproto::reference

#endif
