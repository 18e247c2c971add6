// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_IMPL_JSON_IPP
#define UPLOADPROTO_WIRE_IMPL_JSON_IPP

#include <uploadproto/wire/json.hpp>

#endif
