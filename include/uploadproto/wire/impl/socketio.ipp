// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_IMPL_SOCKETIO_IPP
#define UPLOADPROTO_WIRE_IMPL_SOCKETIO_IPP

#include <uploadproto/wire/socketio.hpp>

#endif
