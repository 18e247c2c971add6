// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_IMPL_BASE64_IPP
#define UPLOADPROTO_WIRE_IMPL_BASE64_IPP

#include <uploadproto/wire/base64.hpp>

#endif
