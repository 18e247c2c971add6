// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_DEV_LOGIN_ROUTES_HPP
#define UPLOADPROTO_REFERENCE_HTTP_DEV_LOGIN_ROUTES_HPP

#include <string>
#include <uploadproto/wire/jwt.hpp>

#include "http/router.hpp"

namespace uploadproto::reference::http {

struct dev_login_options {
  wire::jwt::key signing;
  std::string issuer{}, audience{};  ///< of the tokens; empty: none
  bool this_machine_only = true;     ///< refuse whoever did not ask for this machine by name
};

/** POST `/dev/login` `{"user": "ann"}` → `{"token", "user", "expires_in"}`: lets anybody be anybody, for
   development.

    Refused: pages of other origins (403), requests that came through a proxy or, where so configured, that
   named another host than this machine (403: a name of somebody else's may be made to point here), bodies
   that are not `application/json` (415: those no foreign form can send). */
void add_dev_login_routes(router& to, dev_login_options options);

}  // namespace uploadproto::reference::http

#endif
