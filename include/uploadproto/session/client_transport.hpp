// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_CLIENT_TRANSPORT_HPP
#define UPLOADPROTO_SESSION_CLIENT_TRANSPORT_HPP

namespace uploadproto::session {

/** How Engine.IO packets travel for a client. */
enum class client_transport : unsigned char { polling, websocket };

}  // namespace uploadproto::session

#endif
