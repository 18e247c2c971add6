// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_REGISTER_SHIPPED_REGISTER_HPP
#define UPLOADPROTO_REFERENCE_REGISTER_SHIPPED_REGISTER_HPP

#include <string_view>

namespace uploadproto::reference {

/** The bytes of `register/data/register.csv`, part of the program. */
std::string_view shipped_register_csv();

}  // namespace uploadproto::reference

#endif
