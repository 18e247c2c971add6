// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_APP_SCENARIO_APP_HPP
#define UPLOADPROTO_REFERENCE_APP_SCENARIO_APP_HPP

#include <memory>

#include "app/site_app.hpp"
#include "scenarios/scenario.hpp"

namespace uploadproto::reference {

/** Serves a scenario in place of the pipeline of its protocol: each upload, and each job whose id begins with
   the scenario's, is played. A protocol that broadcasts plays for each client that connects while nothing is
   played.
    @throws invalid_setting when the scenario asks for what its protocol does not have */
std::unique_ptr<site_app> make_scenario_app(app_parts const& parts, scenario script);

}  // namespace uploadproto::reference

#endif
