// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_RANDOM_ID_HPP
#define UPLOADPROTO_NET_RANDOM_ID_HPP

#include <uploadproto/config.hpp>

#include <array>

namespace uploadproto::net {

/** 144 bits from the system's generator as 24 characters of base64url: session and socket ids. */
using random_id = std::array<char, 24>;
UPLOADPROTO_DECL random_id make_random_id();

}  // namespace uploadproto::net

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/net/impl/random_id.ipp>
#endif

#endif
