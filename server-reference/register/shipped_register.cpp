// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <shipped_file.hpp>

#include "register/shipped_register.hpp"

UPLOADPROTO_SHIP_FILE(register, UPLOADPROTO_REGISTER_CSV);

namespace uploadproto::reference {

std::string_view shipped_register_csv() {
  return shipped_bytes_of_register();
}

}  // namespace uploadproto::reference
