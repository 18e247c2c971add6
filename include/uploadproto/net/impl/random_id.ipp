// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_IMPL_RANDOM_ID_IPP
#define UPLOADPROTO_NET_IMPL_RANDOM_ID_IPP

#include <uploadproto/net/random_id.hpp>

#include <openssl/rand.h>

#include <boost/system/system_error.hpp>
#include <boost/throw_exception.hpp>

#include <cstddef>

namespace uploadproto::net {

UPLOADPROTO_DECL random_id make_random_id() {
  static constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::array<unsigned char, std::tuple_size_v<random_id> / 4 * 3> bytes;
  // Without randomness no id is safe to hand out.
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    boost::throw_exception(boost::system::system_error(make_error_code(boost::system::errc::io_error),
                                                       "no randomness for a session id"));
  random_id id;
  for (std::size_t i = 0; i < bytes.size() / 3; ++i) {
    unsigned const group =
        (unsigned{bytes[i * 3]} << 16) | (unsigned{bytes[i * 3 + 1]} << 8) | bytes[i * 3 + 2];
    for (std::size_t j = 0; j < 4; ++j) id[i * 4 + j] = alphabet[(group >> (18 - 6 * j)) & 63];
  }
  return id;
}

}  // namespace uploadproto::net

#endif
