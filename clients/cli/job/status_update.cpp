// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/status_update.hpp"

#include "cli/job/protocols.hpp"

namespace uploadproto::cli {

std::optional<job_update> update_from_status(contract::protocol_info const& protocol,
                                             boost::json::value const& status) {
  std::optional<job_update> update;
  [&]<class... P>(std::tuple<P...>*) {
    ((&P::info == &protocol ? void(update = update_from_status<P>(status)) : void()), ...);
  }(static_cast<known_protocols*>(nullptr));
  return update;
}

}  // namespace uploadproto::cli
