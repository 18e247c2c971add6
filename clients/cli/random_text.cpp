// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/random_text.hpp"

#include <cstdint>
#include <random>

namespace uploadproto::cli {
namespace {

constexpr char digits[] = "0123456789abcdef";

/** 128 bits as 32 hexadecimal digits. */
std::string random_digits() {
  std::random_device random;
  std::string text;
  for (int i = 0; i != 4; ++i) {
    std::uint32_t word = random();
    for (int digit = 0; digit != 8; ++digit, word >>= 4) text += digits[word & 15];
  }
  return text;
}

}  // namespace

std::string random_uuid() {
  std::string text = random_digits();
  text[12] = '4';                         // the version
  text[16] = digits[8 | (text[16] & 3)];  // the variant: 8, 9, a or b
  for (std::size_t const at : {8u, 13u, 18u, 23u}) text.insert(at, 1, '-');
  return text;
}

std::string random_boundary() {
  return "uploadproto-" + random_digits();
}

}  // namespace uploadproto::cli
