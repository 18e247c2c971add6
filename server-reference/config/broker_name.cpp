// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "config/broker_name.hpp"

namespace uploadproto::reference {

bool is_broker_name(std::string_view name) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return !name.empty() && name.size() <= 200 && name.find_first_not_of(allowed) == std::string_view::npos &&
         name.find_first_not_of('.') != std::string_view::npos;
}

}  // namespace uploadproto::reference
