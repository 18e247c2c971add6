// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "http/random_text.hpp"

#include <openssl/rand.h>

#include <stdexcept>

namespace uploadproto::reference::http {

std::string random_hexadecimal(std::size_t bytes) {
  std::string raw(bytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(raw.data()), static_cast<int>(bytes)) != 1)
    throw std::runtime_error("the system has no random numbers");
  std::string text;
  for (char const c : raw) {
    auto const byte = static_cast<unsigned char>(c);
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

}  // namespace uploadproto::reference::http
