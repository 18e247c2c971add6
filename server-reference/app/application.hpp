// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_APP_APPLICATION_HPP
#define UPLOADPROTO_REFERENCE_APP_APPLICATION_HPP

#include <iosfwd>

#include "config/settings.hpp"

namespace uploadproto::reference {

/** Runs the server until SIGTERM or SIGINT has drained it; a second signal ends it at once.

    When it listens, one line of JSON goes to `ready`:
   `{"ready":true,"urls":{"bulk_upload":"http://127.0.0.1:5000"}}`.
    @throws invalid_setting for what the user can mend: a taken port, a data directory in use, a bad key */
void run_server(settings const& s, std::ostream& ready);

}  // namespace uploadproto::reference

#endif
