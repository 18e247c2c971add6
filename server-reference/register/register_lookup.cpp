// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "register/register_lookup.hpp"

namespace uploadproto::reference {

std::array<char, 13> digits_of(id_key id) {
  std::array<char, 13> digits{};
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, id /= 10)
    *digit = static_cast<char>('0' + id % 10);
  return digits;
}

std::optional<id_key> id_key_of(std::string_view digits) {
  if (digits.size() != 13) return std::nullopt;
  id_key id = 0;
  for (char const c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    id = id * 10 + static_cast<id_key>(c - '0');
  }
  return id;
}

}  // namespace uploadproto::reference
