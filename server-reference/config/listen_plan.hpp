// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_CONFIG_LISTEN_PLAN_HPP
#define UPLOADPROTO_REFERENCE_CONFIG_LISTEN_PLAN_HPP

#include <string>
#include <vector>

#include "config/settings.hpp"

namespace uploadproto::reference {

struct planned_listener {
  std::string name;
  address at;
};

/** Which listeners run and where: what exists by default, `register` if it is named, narrowed by `only`.
    @throws invalid_setting for a name that there is not */
std::vector<planned_listener> plan_listeners(settings const& s, std::string_view played = {});

}  // namespace uploadproto::reference

#endif
