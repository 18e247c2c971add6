// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_IMPL_UTF8_IPP
#define UPLOADPROTO_WIRE_IMPL_UTF8_IPP

#include <uploadproto/wire/utf8.hpp>

#endif
