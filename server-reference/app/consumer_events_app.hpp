// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_APP_CONSUMER_EVENTS_APP_HPP
#define UPLOADPROTO_REFERENCE_APP_CONSUMER_EVENTS_APP_HPP

#include <memory>

#include "app/site_app.hpp"

namespace uploadproto::reference {

/** Takes orders over HTTP and puts them on the topic (CE-H1 to CE-H3).
    @throws data_directory_in_use, storage_full, std::exception */
std::unique_ptr<site_app> make_producers_app(app_parts const& parts);

/** Works through the topic and tells every client what becomes of the messages. Where it does not run they
   wait. Shares broker and database with the producers of this process. The only unit that instantiates the
   role.
    @throws as make_producers_app */
std::unique_ptr<site_app> make_consumer_events_app(app_parts const& parts);

}  // namespace uploadproto::reference

#endif
