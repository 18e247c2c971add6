// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_CONFIG_BROKER_NAME_HPP
#define UPLOADPROTO_REFERENCE_CONFIG_BROKER_NAME_HPP

#include <string_view>

namespace uploadproto::reference {

/** Whether a topic or a group may be called so: 1 to 200 letters, digits, dots, dashes and underscores, and
   not dots alone. */
bool is_broker_name(std::string_view name);

}  // namespace uploadproto::reference

#endif
